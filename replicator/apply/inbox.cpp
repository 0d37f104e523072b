#include "replicator/apply/inbox.hpp"

#include <algorithm>
#include <new>

#include "base/text.hpp"
#include "replicator/apply/payload.hpp"
#include "replicator/batch/codec.hpp"

namespace edo::apply {
namespace {

using postgres::Parameters;

constexpr std::size_t kErrorSize = 1000;

// A batch that has failed so often may be the reason for it.
constexpr int kSuspectAttempts = 3;
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{60'000};

// The oldest line of a store that has no older one waiting, and that nobody else has locked;
// whether the centre has applied others since it first failed comes with it.
const std::string kClaim =
    "SELECT i.id, i.store_id, octet_length(i.payload), i.attempts, EXISTS"
    " (SELECT FROM replication_inbox other WHERE other.state = 'applied'"
    " AND other.settled_at > i.first_failed_at)"
    " FROM replication_inbox i WHERE i.state = 'pending'"
    " AND (i.retry_at IS NULL OR i.retry_at <= clock_timestamp()) AND NOT EXISTS"
    " (SELECT FROM replication_inbox older WHERE older.state = 'pending'"
    " AND older.store_id = i.store_id AND older.id < i.id AND older.attempts < " +
    std::to_string(kSuspectAttempts) +
    ")"
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

// A failure that has to do with what the centre is doing at the moment, or with what it makes of
// this batch each time.
bool may_pass(const postgres::Failure& failure) {
  return failure.kind() == ErrorKind::busy || postgres::may_follow_batch(failure.sqlstate());
}

}  // namespace

struct InboxWorker::Claim {
  std::int64_t id;
  std::int64_t bytes;
  std::int64_t attempts;
  bool suspect;  // it keeps failing, and others do not
};

InboxWorker::InboxWorker(postgres::Connection& connection)
    : connection_(connection), applier_(connection, "inbox") {}

std::optional<Taken> InboxWorker::take() {
  postgres::Transaction transaction(connection_);
  const auto claimed = connection_.run("look for batches at", kClaim);
  if (claimed.rows() == 0) return std::nullopt;
  Taken taken;
  taken.id = claimed.integer(0, 0);
  taken.store_id = claimed.text(0, 1);
  const std::int64_t attempts = claimed.integer(0, 3);
  const Claim claim{taken.id, claimed.integer(0, 2), attempts,
                    attempts >= kSuspectAttempts && claimed.boolean(0, 4)};
  try {
    try_it(claim, taken);
  } catch (const postgres::Failure& failure) {
    if (!connection_.is_open()) throw;
    taken.error = failure.what();
    const bool own = claim.suspect && postgres::may_follow_batch(failure.sqlstate());
    if (!is_of_the_batch(failure) && !own) {
      if (!may_pass(failure)) throw;
      postpone(claim, taken);
      transaction.commit();
      return taken;
    }
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

void InboxWorker::try_it(const Claim& claim, Taken& taken) {
  postgres::Transaction attempt(connection_);
  const batch::Batch batch = batch::decode(read_payload(
      connection_, "replication_inbox WHERE id = $3", {std::to_string(claim.id)}, claim.bytes));
  if (base::to_string(batch.store_id) != taken.store_id) {
    throw Error(ErrorKind::corrupt, "read a batch: it is of store " +
                                        base::to_string(batch.store_id) +
                                        ", and was posted for another one");
  }
  taken.rows = batch.rows();
  taken.applied = claim.suspect ? applier_.apply_suspect(batch) : applier_.apply(batch);
  attempt.commit();
}

void InboxWorker::postpone(const Claim& claim, Taken& taken) {
  const auto doublings = std::min<std::int64_t>(claim.attempts, 20);
  taken.postponed = std::min(kLongestPause, kFirstPause * (std::int64_t{1} << doublings));
  std::string words;
  base::admit_text(taken.error, kErrorSize, words);
  (void)connection_.run(
      "postpone a batch of",
      "UPDATE replication_inbox SET attempts = attempts + 1, error = $2,"
      " first_failed_at = coalesce(first_failed_at, clock_timestamp()),"
      " retry_at = clock_timestamp() + $3 * interval '1 millisecond' WHERE id = $1",
      Parameters().integer(claim.id).text(words).integer(taken.postponed.count()));
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

void end_pauses(postgres::Connection& connection) {
  (void)connection.run("look for postponed batches at",
                       "UPDATE replication_inbox SET retry_at = NULL, attempts = least(attempts, 3)"
                       " WHERE state = 'pending' AND retry_at IS NOT NULL");
}

std::int64_t waiting_batches(postgres::Connection& connection) {
  return connection
      .run("count the batches of", "SELECT count(*) FROM replication_inbox WHERE state = 'pending'")
      .integer(0, 0);
}

}  // namespace edo::apply
