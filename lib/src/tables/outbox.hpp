// The transactional outbox of an open store: which changes are pending, and up to where they are
// acknowledged.
//
// Entries are numbered by seq in the order of their commits. The first entry is the watermark: the
// central database has acknowledged everything up to and including its seq. All calls throw Error.
// Calls that delete entries work on a full disk, with the space of the reserve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "storage/database.hpp"
#include "tables/model.hpp"
#include "tables/trimmed_changes.hpp"

namespace edo::tables {

// A row that entries of the outbox name.
struct TouchedRow {
  std::size_t table = kTableCount;  // index in tables()
  std::string id;
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
};

// Consecutive entries.
struct Slice {
  // The rows that they name, in the order of each row's first entry, so that parents come before
  // their children.
  std::vector<TouchedRow> rows;
  std::int64_t last_seq = 0;  // of the last line; where the slice was to begin, if there is none
};

class Outbox {
 public:
  // `database` must outlive it.
  explicit Outbox(storage::Database& database) : database_(database) {}

  [[nodiscard]] std::int64_t watermark();
  // The seq of the newest entry; the watermark if nothing is pending.
  [[nodiscard]] std::int64_t newest();

  // What the entries changed that are trimmed already.
  [[nodiscard]] TrimmedChanges trimmed();

  // The number of pending changes. Reads all of them.
  [[nodiscard]] std::int64_t pending_lines();
  // The rows that they belong to.
  [[nodiscard]] std::int64_t pending_rows();

  // When the oldest pending change was made, judged by rows that still exist; nothing if there is
  // none. A row that was changed more than once since then counts as old as itself.
  [[nodiscard]] std::optional<base::Micros> oldest_change();

  // The first `lines` lines in (after, until], or as many as there are.
  [[nodiscard]] Slice slice(std::int64_t after, std::int64_t until, std::int64_t lines);

  // Deletes the entries up to and including `acknowledged` and moves the watermark there, in one
  // transaction: at most `at_most` entries, or all if they can be deleted at once. Returns the
  // watermark, which is further if another process has moved it further already.
  std::int64_t trim(std::int64_t acknowledged,
                    std::int64_t at_most = std::numeric_limits<std::int64_t>::max());
  // An outbox with at most this many entries, of which nearly all are acknowledged, is emptied at
  // once, in a twentieth of the time.
  static constexpr std::int64_t kForgottenAtOnce = 100'000;

  // Moves the watermark up to `watermark`, and all pending entries after it, so that their rows get
  // higher versions than all that were shipped. Returns the number of these entries. Does nothing
  // if the watermark is there already.
  std::int64_t lift(std::int64_t watermark);

  // Deletes the entries in (after, until] whose row does not exist any more, so that nothing can be
  // shipped for them, in one transaction; returns how many. The newest entry stays, since no seq
  // may ever be used twice.
  std::uint64_t forget_deleted(std::int64_t after, std::int64_t until);

 private:
  // Returns the seq. Throws if no store can have it.
  [[nodiscard]] std::int64_t possible(std::int64_t seq) const;
  // What one transaction trims: (from, until].
  struct Span {
    std::int64_t from = 0;
    std::int64_t until = 0;
    bool at_once = false;
  };
  [[nodiscard]] Span next_to_trim(std::int64_t acknowledged, std::int64_t at_most);
  std::int64_t trim_now(std::int64_t acknowledged, std::int64_t at_most);
  std::uint64_t forget_now(std::int64_t after, std::int64_t until);
  void remove_until(std::int64_t watermark, const std::string& changes);
  void replace_all(std::int64_t watermark, const std::string& changes);
  [[nodiscard]] LeastIds least_ids(std::int64_t after, std::int64_t until);

  storage::Database& database_;
};

}  // namespace edo::tables
