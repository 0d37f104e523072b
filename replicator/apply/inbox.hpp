// Takes batches out of the inbox and applies them, in the central database.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "replicator/apply/apply.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::apply {

// The outcome of one batch of the inbox.
struct Taken {
  std::int64_t id = 0;  // its id in replication_inbox
  std::string store_id;
  std::size_t rows = 0;
  Applied applied;
  std::string error;  // why it was set aside or postponed, empty if it was applied
  // The pause before the next attempt; 0 unless it was postponed.
  std::chrono::milliseconds postponed{0};
};

// Whether other sessions have locked batches that could be applied now.
enum class Others { none, let_go, hold };

// One worker with a connection of its own, which is directed to the schema. Any number of workers,
// in any number of processes, share the work: each takes the oldest batch of a store that no other
// worker has. So the batches of one store are applied in order, and stores in parallel. Logins take
// turns, and so do the stores of each login, however many batches they have.
class InboxWorker {
 public:
  explicit InboxWorker(postgres::Connection& connection);

  // Applies one batch and marks it as applied in the same transaction. Returns nothing if no batch
  // is free. A batch that cannot be read, or that causes its own failure, is set aside as failed,
  // so that it does not block the batches behind it.
  //
  // A batch is postponed while others are tried if the server reports trouble of its own or a lock
  // of another session. From its third failure on, later batches of its store no longer wait for
  // it. If another batch was applied since it first failed, the batch is the cause: its failing
  // rows become dead letters, and if that is not enough, it is set aside. Throws Error if the
  // central database fails: unavailable, in_doubt, full, denied, invalid_argument; the batch then
  // stays as it is.
  std::optional<Taken> take();

  // To be called after take() has found nothing: waits up to two seconds for a batch that another
  // session has locked. Throws Error.
  [[nodiscard]] Others wait_for_others();

 private:
  // A locked batch.
  struct Claim;
  enum class Locked { passed_over, waited_for };
  // Locks the next batch, within a transaction.
  std::optional<Claim> claim(Locked locked);
  // The next login after `login` that has pending batches; empty if there is none.
  std::string login_after(const std::string& login);
  void try_it(const Claim& claim, Taken& taken);
  void postpone(const Claim& claim, Taken& taken);
  void settle(std::int64_t id, const std::string& error);

  postgres::Connection& connection_;
  Applier applier_;
  std::string login_;                          // which posted the last batch
  std::map<std::string, std::string> stores_;  // of each login, the store whose batch came last
};

// Makes postponed batches due at once.
void end_pauses(postgres::Connection& connection);

// The number of pending batches.
[[nodiscard]] std::int64_t waiting_batches(postgres::Connection& connection);

}  // namespace edo::apply
