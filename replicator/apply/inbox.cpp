#include "replicator/apply/inbox.hpp"

#include <new>

#include "base/text.hpp"
#include "replicator/batch/codec.hpp"
#include "replicator/postgres/copy.hpp"

namespace edo::apply {
namespace {

using postgres::Parameters;

constexpr std::size_t kErrorSize = 1000;

// The oldest line of a store that has no older one waiting, and that nobody else has locked.
constexpr const char* kClaim =
    "SELECT i.id, i.store_id FROM replication_inbox i WHERE i.state = 'pending' AND NOT EXISTS"
    " (SELECT FROM replication_inbox older WHERE older.state = 'pending'"
    " AND older.store_id = i.store_id AND older.id < i.id)"
    " ORDER BY i.id LIMIT 1 FOR UPDATE OF i SKIP LOCKED";

// A failure that has to do with the batch and not with the centre as it is now.
bool is_of_the_batch(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::corrupt:
    case ErrorKind::refused:
    case ErrorKind::schema_too_new:
      return true;
    default:
      return false;
  }
}

}  // namespace

InboxWorker::InboxWorker(postgres::Connection& connection)
    : connection_(connection), applier_(connection, "inbox") {}

std::optional<Taken> InboxWorker::take() {
  postgres::Transaction transaction(connection_);
  const auto claimed = connection_.run("look for batches at", kClaim);
  if (claimed.rows() == 0) return std::nullopt;
  Taken taken;
  taken.id = claimed.integer(0, 0);
  taken.store_id = claimed.text(0, 1);
  try {
    postgres::Transaction attempt(connection_);
    const auto line =
        connection_.run("read a batch of", "SELECT payload FROM replication_inbox WHERE id = $1",
                        Parameters().integer(taken.id), true);
    const auto batch = batch::decode(line.value(0, 0), {});
    taken.rows = batch.rows();
    taken.applied = applier_.apply(batch);
    attempt.commit();
  } catch (const Error& error) {
    if (!is_of_the_batch(error) || !connection_.is_open()) throw;
    taken.error = error.what();
  } catch (const std::bad_alloc&) {
    taken.error = "apply a batch: it needs more memory than there is";
  }
  settle(taken.id, taken.error);
  transaction.commit();
  return taken;
}

void InboxWorker::settle(std::int64_t id, const std::string& error) {
  std::string words;
  base::admit_text(error, kErrorSize, words);
  // By the clock, since the transaction may have begun before the batch before was settled.
  (void)connection_.run(
      "mark a batch of",
      "UPDATE replication_inbox SET settled_at = clock_timestamp(), error = nullif($2, ''),"
      " state = CASE WHEN $2 = '' THEN 'applied' ELSE 'failed' END WHERE id = $1",
      Parameters().integer(id).text(words));
}

std::int64_t waiting_batches(postgres::Connection& connection) {
  return connection
      .run("count the batches of", "SELECT count(*) FROM replication_inbox WHERE state = 'pending'")
      .integer(0, 0);
}

}  // namespace edo::apply
