// Takes batches out of the inbox and applies them, at the centre.
#pragma once

#include <cstdint>
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
  std::string error;  // why it was set aside, empty if it was applied
};

// One worker with a connection of its own, which is directed to the schema. Any number of
// them, in any number of processes, share the work: each takes the oldest batch of a store that
// nobody is at, so the batches of one store are applied in order and stores side by side.
class InboxWorker {
 public:
  explicit InboxWorker(postgres::Connection& connection);

  // Applies one batch and marks it as applied in the same transaction; nothing if none is waiting
  // that nobody is at. A batch that cannot be read, and one that fails for a reason of its own, is
  // set aside as failed, so that those behind it are not held up.
  // Throws Error, where it is the centre that fails: unavailable, in_doubt, busy, full, denied, io,
  // invalid_argument; the batch stays as it is.
  std::optional<Taken> take();

 private:
  void settle(std::int64_t id, const std::string& error);

  postgres::Connection& connection_;
  Applier applier_;
};

// How many batches are waiting.
[[nodiscard]] std::int64_t waiting_batches(postgres::Connection& connection);

}  // namespace edo::apply
