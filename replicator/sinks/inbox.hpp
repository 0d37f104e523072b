// Ships compressed batches into the inbox, from which `edo-replicator apply` applies them. A batch
// is one INSERT and one round trip, and the role needs no other right.
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
  // Nothing if the central database has no replication_known() yet, or does not let this user call
  // it.
  std::optional<StoreState> state(const std::string& store_id) override;

 private:
  postgres::Target target_;
  std::string schema_;
  batch::EncodeOptions encoding_;
  postgres::ConnectOptions options_;
  std::optional<postgres::Connection> connection_;
};

}  // namespace edo::sinks
