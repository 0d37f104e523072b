#include "replicator/sinks/inbox.hpp"

#include <utility>

#include "replicator/postgres/copy.hpp"
#include "replicator/postgres/failure.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/sinks/store_state.hpp"

namespace edo::sinks {

InboxSink::InboxSink(postgres::Target target, std::string schema,
                     const batch::EncodeOptions& encoding, const postgres::ConnectOptions& options)
    : target_(std::move(target)),
      schema_(std::move(schema)),
      encoding_(encoding),
      options_(options) {
  options_.writes = true;
}

void InboxSink::prepare() {
  if (connection_ && connection_->is_open()) return;
  connection_.reset();
  connection_.emplace(target_, options_);
  postgres::use_inbox(*connection_, schema_);
}

std::optional<StoreState> InboxSink::state(const std::string& store_id) {
  constexpr std::string_view kNoSuchFunction = "42883";
  prepare();
  try {
    return ask_state(*connection_, store_id);
  } catch (const postgres::Failure& failure) {
    const bool cannot_tell =
        failure.sqlstate() == kNoSuchFunction || failure.sqlstate() == postgres::kNoPermission;
    if (!cannot_tell || !connection_->is_open()) throw;
    return std::nullopt;
  }
}

Shipped InboxSink::ship(const batch::Batch& batch) {
  prepare();
  std::string payload = batch::encode(batch, encoding_);
  Shipped shipped;
  shipped.in_inbox = batch.rows() + batch.rejects.size();
  shipped.bytes = payload.size();
  (void)connection_->run("send a batch to",
                         "INSERT INTO replication_inbox (store_id, first_seq, last_seq, payload) "
                         "VALUES ($1, $2, $3, $4)",
                         postgres::Parameters()
                             .text(base::to_string(batch.store_id))
                             .integer(batch.first_seq)
                             .integer(batch.last_seq)
                             .binary(postgres::kByteaOid, std::move(payload)));
  return shipped;
}

}  // namespace edo::sinks
