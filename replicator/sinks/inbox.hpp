// Ships compressed batches into the inbox of the centre, where `edo-replicator apply` takes them.
// One INSERT a batch and no answer to wait for but that one, with a role that needs no other right.
#pragma once

#include <optional>
#include <string>

#include "replicator/batch/codec.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/sinks/sink.hpp"

namespace edo::sinks {

class InboxSink : public Sink {
 public:
  InboxSink(postgres::Target target, std::string schema, const batch::EncodeOptions& encoding,
            const postgres::ConnectOptions& options = {});

  void prepare() override;
  Shipped ship(const batch::Batch& batch) override;
  // Nothing of a centre that has no such function yet, or does not let this user call it.
  std::optional<Known> known(const std::string& store_id) override;

 private:
  postgres::Target target_;
  std::string schema_;
  batch::EncodeOptions encoding_;
  postgres::ConnectOptions options_;
  std::optional<postgres::Connection> connection_;
};

}  // namespace edo::sinks
