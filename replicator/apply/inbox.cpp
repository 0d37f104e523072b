#include "replicator/apply/inbox.hpp"

#include <algorithm>
#include <new>
#include <set>

#include "base/text.hpp"
#include "replicator/apply/payload.hpp"
#include "replicator/batch/codec.hpp"

namespace edo::apply {
namespace {

using postgres::Parameters;

constexpr std::size_t kErrorSize = 1000;

// After so many failures the batch itself may be the reason. claim_batch() has the same number.
constexpr int kSuspectAttempts = 3;
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{60'000};

constexpr const char* kNoStore = "00000000-0000-0000-0000-000000000000";
constexpr std::string_view kLockTimeout = "55P03";

constexpr const char* kNextLogin =
    "SELECT coalesce((SELECT posted_by FROM replication_inbox WHERE state = 'pending'"
    " AND posted_by > $1 ORDER BY posted_by LIMIT 1), (SELECT posted_by FROM replication_inbox"
    " WHERE state = 'pending' ORDER BY posted_by LIMIT 1), '')";

// Whether the batch caused the failure, whatever the state of the central database.
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

// Whether the failure may be due to the current state of the central database, or to this batch
// each time.
bool may_pass(const postgres::Failure& failure) {
  return failure.kind() == ErrorKind::busy || postgres::may_follow_batch(failure.sqlstate());
}

}  // namespace

struct InboxWorker::Claim {
  std::int64_t id;
  std::string store_id;
  std::int64_t bytes;
  std::int64_t attempts;
  bool suspect;  // it keeps failing while others are applied
};

InboxWorker::InboxWorker(postgres::Connection& connection)
    : connection_(connection), applier_(connection, "inbox") {}

std::string InboxWorker::login_after(const std::string& login) {
  return connection_.run("look for batches at", kNextLogin, Parameters().text(login)).text(0, 0);
}

std::optional<InboxWorker::Claim> InboxWorker::claim(Locked locked) {
  std::set<std::string> asked;
  for (auto login = login_after(login_); !login.empty() && asked.insert(login).second;
       login = login_after(login)) {
    auto& store = stores_.try_emplace(login, kNoStore).first->second;
    const auto found = connection_.run(
        "look for batches at", "SELECT * FROM claim_batch($1, $2, $3)",
        Parameters().text(login).text(store).text(locked == Locked::waited_for ? "t" : "f"));
    if (found.rows() == 0) continue;
    login_ = login;
    store = found.text(0, 1);
    const std::int64_t attempts = found.integer(0, 3);
    return Claim{found.integer(0, 0), store, found.integer(0, 2), attempts,
                 attempts >= kSuspectAttempts && found.boolean(0, 4)};
  }
  return std::nullopt;
}

Others InboxWorker::wait_for_others() {
  try {
    const postgres::Transaction transaction(connection_);
    return claim(Locked::waited_for) ? Others::let_go : Others::none;
  } catch (const postgres::Failure& failure) {
    if (failure.sqlstate() != kLockTimeout) throw;
    return Others::hold;
  }
}

std::optional<Taken> InboxWorker::take() {
  postgres::Transaction transaction(connection_);
  const auto claimed = claim(Locked::passed_over);
  if (!claimed) {
    // A demoted server still shows an inbox, but an empty one.
    connection_.require_writable();
    return std::nullopt;
  }
  const Claim& claim = *claimed;
  Taken taken;
  taken.id = claim.id;
  taken.store_id = claim.store_id;
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
    taken.error = "apply a batch: not enough memory; apply it on a machine with more";
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
    throw Error(ErrorKind::corrupt, "read", "a batch",
                "it is a batch of store " + base::to_string(batch.store_id) +
                    ", but was posted for another one");
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
  // Uses clock_timestamp(), since the transaction may have begun before the previous batch was
  // settled.
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
