// Ships straight into the central tables, over one connection that is made when it is first needed
// and again after it was lost.
#pragma once

#include <optional>
#include <string>

#include "replicator/apply/apply.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/sinks/sink.hpp"

namespace edo::sinks {

class DirectSink : public Sink {
 public:
  // `via` goes into the ledger: how the batches came here.
  DirectSink(postgres::Target target, std::string schema,
             const postgres::ConnectOptions& options = {}, std::string via = "direct");
  // Its applier refers to its connection.
  DirectSink(const DirectSink&) = delete;
  DirectSink& operator=(const DirectSink&) = delete;

  void prepare() override;
  Shipped ship(const batch::Batch& batch) override;
  std::optional<Known> known(const std::string& store_id) override;
  std::optional<Lacking> lacking(const std::string& store_id, std::size_t table,
                                 std::span<const verify::Row> rows) override;

 private:
  postgres::Target target_;
  std::string schema_;
  postgres::ConnectOptions options_;
  std::string via_;
  std::optional<postgres::Connection> connection_;
  std::optional<apply::Applier> applier_;
};

}  // namespace edo::sinks
