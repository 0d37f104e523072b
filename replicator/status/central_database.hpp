// What the central database knows of the stores that ship to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::status {

// Ages are microseconds by the central database's clock, times are text as in a store.
struct Heard {
  std::string host_label;
  std::int64_t last_seq = 0;  // the highest sequence number that arrived
  std::string last_seen_at;   // when a batch of the store was last applied
  base::Micros silence = 0;   // time since then
  // Reported by the edge with its last batch, if at all.
  std::optional<std::string> sent_at;  // by its own clock
  std::optional<std::int64_t> pending_changes;
  // The usual time between two contacts, once the store has come back.
  std::optional<base::Micros> interval;
};

struct DeadLetters {
  std::int64_t count = 0;
  std::string newest;  // "invocations ID: why"
  std::string newest_at;
};

// Batches of replication_inbox that have not been applied.
struct Inbox {
  std::int64_t pending = 0;
  std::int64_t failed = 0;
  std::optional<base::Micros> oldest_pending;  // age
  std::string newest_error;                    // of those that failed
};

struct KnownStore {
  std::string store_id;
  std::optional<Heard> heard;  // nothing: no batch was applied yet
  DeadLetters dead_letters;
  Inbox inbox;
  // The mark: the central database has all changes up to it, in its tables or in the inbox. An
  // unreadable inbox counts as empty.
  std::optional<std::int64_t> reached;
};

struct CentralDatabase {
  std::vector<KnownStore> stores;  // the longest silent first
  // Tables that the user may not read; they count as empty.
  std::vector<std::string> unreadable;

  [[nodiscard]] const KnownStore* find(const std::string& store_id) const;
  [[nodiscard]] bool reads(std::string_view table) const;
};

// Asks the schema that the connection is directed to about these stores, or about all of them.
// Throws Error.
[[nodiscard]] CentralDatabase ask(postgres::Connection& connection,
                                  const std::optional<std::vector<std::string>>& store_ids);

}  // namespace edo::status
