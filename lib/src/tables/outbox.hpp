// The transactional outbox of an open store: what is still to be shipped, and what has been.
//
// Lines are numbered by seq in commit order. The first line is the watermark: everything up to and
// including its seq has been acknowledged by the centre. All calls throw Error. What shortens it
// works on a full disk, in the room of the reserve.
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

namespace edo::tables {

// A row that some lines of the outbox name.
struct TouchedRow {
  std::size_t table = kTableCount;  // index in tables()
  std::string id;
  std::int64_t first_seq = 0;
  std::int64_t last_seq = 0;
};

// Lines that follow each other.
struct Slice {
  // What they name, in the order of each row's first line, so that parents come before their
  // children.
  std::vector<TouchedRow> rows;
  std::int64_t last_seq = 0;  // of the last line; where the slice was to begin, if there is none
};

class Outbox {
 public:
  // `database` must outlive it.
  explicit Outbox(storage::Database& database) : database_(database) {}

  [[nodiscard]] std::int64_t watermark();
  // The seq of the newest line; the watermark if nothing is pending.
  [[nodiscard]] std::int64_t newest();

  // Changes that are not shipped yet. Reads all of them.
  [[nodiscard]] std::int64_t pending_lines();
  // The rows that they belong to.
  [[nodiscard]] std::int64_t pending_rows();

  // When the oldest pending change was made, as far as rows that still exist tell; nothing if there
  // is none. A row that was changed more than once since is taken to be as old as itself.
  [[nodiscard]] std::optional<base::Micros> oldest_change();

  // The first `lines` lines in (after, until], or as many as there are.
  [[nodiscard]] Slice slice(std::int64_t after, std::int64_t until, std::int64_t lines);

  // Forgets the lines up to and including `acknowledged` and moves the watermark there, in one
  // transaction: `at_most` lines of them, or all where they can be forgotten at once. Returns the
  // watermark, which is further if another process has gone further already.
  std::int64_t trim(std::int64_t acknowledged,
                    std::int64_t at_most = std::numeric_limits<std::int64_t>::max());
  // An outbox with no more lines than this, of which nearly all are acknowledged, is emptied at
  // once, which takes a twentieth of the time.
  static constexpr std::int64_t kForgottenAtOnce = 100'000;

  // Moves the watermark up to `watermark`, and all lines that are pending with it, so that what
  // they name is newer than whatever has been shipped. Returns how many lines these were; nothing
  // is done if the watermark is there already.
  std::int64_t lift(std::int64_t watermark);

  // Forgets those of the lines in (after, until] whose row is gone, so that nothing can be shipped
  // for them; returns how many, in one transaction. The newest line stays, since no seq may ever
  // come again.
  std::uint64_t forget_deleted(std::int64_t after, std::int64_t until);

 private:
  // The seq, unless it is one that no store can have.
  [[nodiscard]] std::int64_t possible(std::int64_t seq) const;
  std::int64_t trim_now(std::int64_t acknowledged, std::int64_t at_most);
  std::uint64_t forget_now(std::int64_t after, std::int64_t until);
  void remove_until(std::int64_t watermark);
  void replace_all(std::int64_t watermark);

  storage::Database& database_;
};

}  // namespace edo::tables
