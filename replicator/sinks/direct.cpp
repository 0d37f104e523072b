#include "replicator/sinks/direct.hpp"

#include <utility>

#include "replicator/postgres/migrations.hpp"
#include "replicator/sinks/store_state.hpp"
#include "replicator/verify/comparison.hpp"

namespace edo::sinks {

DirectSink::DirectSink(postgres::Target target, std::string schema,
                       const postgres::ConnectOptions& options, std::string via)
    : target_(std::move(target)),
      schema_(std::move(schema)),
      options_(options),
      via_(std::move(via)) {
  options_.writes = true;
}

void DirectSink::prepare() {
  if (applier_ && connection_ && connection_->is_open()) return;
  applier_.reset();
  connection_.reset();
  connection_.emplace(target_, options_);
  postgres::use_schema(*connection_, schema_);
  applier_.emplace(*connection_, via_);
}

Shipped DirectSink::ship(const batch::Batch& batch) {
  prepare();
  const auto applied = applier_->apply(batch);
  Shipped shipped;
  shipped.inserted = applied.inserted;
  shipped.updated = applied.updated;
  shipped.unchanged = applied.unchanged;
  shipped.dead = applied.dead;
  shipped.bytes = batch.bytes();
  return shipped;
}

std::optional<StoreState> DirectSink::state(const std::string& store_id) {
  prepare();
  return ask_state(*connection_, store_id);
}

std::optional<Lacking> DirectSink::lacking(const std::string& store_id, std::size_t table,
                                           std::span<const verify::Row> rows) {
  prepare();
  try {
    return Lacking{verify::Comparison(*connection_, table, store_id).compare(rows),
                   verify::retention_of(*connection_)};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied || !connection_->is_open()) throw;
    return std::nullopt;
  }
}

}  // namespace edo::sinks
