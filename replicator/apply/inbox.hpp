// Takes batches out of the inbox and applies them, at the centre.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "replicator/apply/apply.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::apply {

// What became of one batch of the inbox.
struct Taken {
  std::int64_t id = 0;  // its line in replication_inbox
  std::string store_id;
  std::size_t rows = 0;
  Applied applied;
  std::string error;  // why it was set aside or postponed, empty if it was applied
  // It waits for so long before it is tried again; 0 unless it was postponed.
  std::chrono::milliseconds postponed{0};
};

// What other sessions have locked of the batches that could be applied now.
enum class Others { none, let_go, hold };

// One worker with a connection of its own, which is directed to the schema. Any number of
// them, in any number of processes, share the work: each takes the oldest batch of a store that
// nobody is at, so the batches of one store are applied in order and stores side by side. The
// logins that post take turns, and so do the stores of each, however much of one waits.
class InboxWorker {
 public:
  explicit InboxWorker(postgres::Connection& connection);

  // Applies one batch and marks it as applied in the same transaction; nothing if none is waiting
  // that nobody is at. A batch that cannot be read, and one that fails for a reason of its own, is
  // set aside as failed, so that those behind it are not held up.
  //
  // One for which the server says that it is in trouble, or that somebody is in the way, is
  // postponed while others are tried. From its third failure on, those of its store that are behind
  // it no longer wait for it. When a batch has been applied since it first failed, the trouble is
  // its own: what fails of it becomes dead letters, and if that does not do, it is set aside.
  // Throws Error, where it is the centre that fails: unavailable, in_doubt, full, denied,
  // invalid_argument; the batch stays as it is.
  std::optional<Taken> take();

  // After take() has found nothing: waits for a batch that another session has locked, for two
  // seconds at most. Throws Error.
  [[nodiscard]] Others wait_for_others();

 private:
  // A batch as it was found.
  struct Claim;
  enum class Locked { passed_over, waited_for };
  // Locks the next batch, within a transaction.
  std::optional<Claim> claim(Locked locked);
  // The one after `login`, of those that have posted what waits; empty if nothing does.
  std::string login_after(const std::string& login);
  void try_it(const Claim& claim, Taken& taken);
  void postpone(const Claim& claim, Taken& taken);
  void settle(std::int64_t id, const std::string& error);

  postgres::Connection& connection_;
  Applier applier_;
  std::string login_;                          // whose batch was taken last
  std::map<std::string, std::string> stores_;  // of each login, the store that had its turn last
};

// Lets batches that were postponed be tried at once.
void end_pauses(postgres::Connection& connection);

// How many batches are waiting.
[[nodiscard]] std::int64_t waiting_batches(postgres::Connection& connection);

}  // namespace edo::apply
