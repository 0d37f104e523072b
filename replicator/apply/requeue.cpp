#include "replicator/apply/requeue.hpp"

#include "base/text.hpp"
#include "replicator/apply/apply.hpp"
#include "replicator/apply/payload.hpp"
#include "replicator/batch/codec.hpp"

namespace edo::apply {
namespace {

using postgres::Parameters;

constexpr std::size_t kErrorSize = 1000;

// Locks the next dead letter after the last one, so that no other session tries it at the same
// time.
constexpr const char* kNext =
    "SELECT store_id, table_name, row_id, octet_length(payload) FROM replication_dead_letters"
    " WHERE (store_id, table_name, row_id) > ($1, $2, $3)"
    " ORDER BY store_id, table_name, row_id LIMIT 1 FOR UPDATE SKIP LOCKED";

constexpr const char* kLetter =
    "replication_dead_letters WHERE store_id = $3 AND table_name = $4 AND row_id = $5";

constexpr const char* kRemove =
    "DELETE FROM replication_dead_letters WHERE store_id = $1 AND table_name = $2 AND row_id = $3";

// A dead letter that cannot be read, such as one that a newer program has written.
constexpr const char* kUnapplied =
    "UPDATE replication_dead_letters SET error = $4, attempts = attempts + 1, last_failed_at = "
    "now()"
    " WHERE store_id = $1 AND table_name = $2 AND row_id = $3";

}  // namespace

Requeued requeue(postgres::Connection& connection) {
  Requeued result;
  result.superseded = connection
                          .run("look for superseded dead letters at",
                               "SELECT forgotten FROM forget_superseded_letters()")
                          .integer(0, 0);
  Applier applier(connection, "requeue");
  std::string store = "00000000-0000-0000-0000-000000000000";
  std::string table;
  std::string row;
  for (;;) {
    postgres::Transaction transaction(connection);
    const auto letter = connection.run("read a dead letter of", kNext,
                                       Parameters().text(store).text(table).text(row));
    if (letter.rows() == 0) break;
    store = letter.text(0, 0);
    table = letter.text(0, 1);
    row = letter.text(0, 2);
    const auto key = Parameters().text(store).text(table).text(row);
    const auto keep = [&](const Error& error) {
      std::string words;
      base::admit_text(error.what(), kErrorSize, words);
      (void)connection.run("write a dead letter at", kUnapplied, Parameters(key).text(words));
      ++result.refused;
    };
    std::optional<batch::Batch> batch;
    try {
      batch = batch::decode(
          read_payload(connection, kLetter, {store, table, row}, letter.integer(0, 3)));
    } catch (const postgres::Failure&) {
      throw;
    } catch (const Error& error) {
      keep(error);
    }
    if (batch) {
      try {
        postgres::Transaction attempt(connection);
        // A row that is refused again replaces its dead letter, with the new error.
        if (applier.apply_rows(*batch).dead > 0) {
          ++result.refused;
        } else {
          (void)connection.run("remove a dead letter of", kRemove, key);
          ++result.applied;
        }
        attempt.commit();
      } catch (const postgres::Failure& failure) {
        // The row itself may make the server fail.
        if (!connection.is_open() || !postgres::may_follow_batch(failure.sqlstate())) throw;
        keep(failure);
      }
    }
    transaction.commit();
  }
  result.batches = static_cast<std::int64_t>(
      connection
          .run("requeue batches of",
               "UPDATE replication_inbox SET state = 'pending', settled_at = NULL, error = NULL,"
               " attempts = 0, first_failed_at = NULL, retry_at = NULL"
               " WHERE state = 'failed'")
          .affected());
  return result;
}

std::int64_t replay(postgres::Connection& connection, std::chrono::milliseconds span) {
  return static_cast<std::int64_t>(
      connection
          .run("replay batches of",
               "UPDATE replication_inbox SET state = 'pending', settled_at = NULL, attempts = 0,"
               " first_failed_at = NULL, retry_at = NULL"
               " WHERE state = 'applied' AND received_at >= now() - $1 * interval '1 millisecond'",
               Parameters().integer(span.count()))
          .affected());
}

}  // namespace edo::apply
