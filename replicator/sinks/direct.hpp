// Ships directly into the central tables. It connects when it first needs the connection, and again
// after the connection is lost.
#pragma once

#include <optional>
#include <string>

#include "replicator/apply/apply.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/sinks/sink.hpp"

namespace edo::sinks {

class DirectSink : public Sink {
 public:
  // `via` is written into the ledger: the way by which the batches arrived.
  DirectSink(postgres::Target target, std::string schema,
             const postgres::ConnectOptions& options = {}, std::string via = "direct");
  // applier_ refers to connection_.
  DirectSink(const DirectSink&) = delete;
  DirectSink& operator=(const DirectSink&) = delete;

  void prepare() override;
  Shipped ship(const batch::Batch& batch) override;
  std::optional<StoreState> state(const std::string& store_id) override;
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
