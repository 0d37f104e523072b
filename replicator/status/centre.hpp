// What the centre knows of the stores that ship to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::status {

// Ages are microseconds by the centre's clock, times are text as in a store.
struct Heard {
  std::string host_label;
  std::int64_t last_seq = 0;  // the highest outbox seq that arrived
  std::string last_seen_at;   // when something of the store was last applied
  base::Micros silence = 0;   // since then
  // What the edge said with its last batch, if it said so.
  std::optional<std::string> sent_at;  // by its own clock
  std::optional<std::int64_t> pending_changes;
};

struct DeadLetters {
  std::int64_t count = 0;
  std::string newest;  // "invocations ID: why"
  std::string newest_at;
};

// Lines of replication_inbox that have not been applied.
struct Inbox {
  std::int64_t pending = 0;
  std::int64_t failed = 0;
  std::optional<base::Micros> oldest_pending;  // age
  std::string newest_error;                    // of those that failed
};

struct KnownStore {
  std::string store_id;
  std::optional<Heard> heard;  // nothing: it has not had anything applied yet
  DeadLetters dead_letters;
  Inbox inbox;
  // The centre has all changes up to this one, in its tables or in the inbox. Where the latter may
  // not be read it is as if it were empty.
  std::optional<std::int64_t> reached;
};

struct Centre {
  std::vector<KnownStore> stores;  // the longest silent first
  // Which of the tables the user may not read; what they would tell is as if they were empty.
  std::vector<std::string> unreadable;

  [[nodiscard]] const KnownStore* find(const std::string& store_id) const;
  [[nodiscard]] bool reads(std::string_view table) const;
};

// Asks the schema that the connection is directed to about these stores, or about all that it
// knows. Throws Error.
[[nodiscard]] Centre ask(postgres::Connection& connection,
                         const std::optional<std::vector<std::string>>& store_ids);

}  // namespace edo::status
