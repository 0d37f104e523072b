// Reads what is to be shipped from a store, and tells the store what has been.
//
// A Source belongs to one thread at a time. No call leaves a read transaction open, so the store's
// WAL can always be checkpointed. All calls throw Error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/uuid.hpp"
#include "replicator/batch/batch.hpp"
#include "storage/store.hpp"
#include "tables/healing.hpp"
#include "tables/outbox.hpp"

namespace edo::source {

// Two documents of 32 MiB, which is what a recorder takes, and all else. A batch with such a row
// alone is as large as one may be.
inline constexpr std::size_t kLargestRow = std::size_t{70} << 20;

struct SliceLimits {
  std::int64_t lines = 32'000;
  // A batch ends with the row that reaches this, so that can exceed it: by a megabyte for each of
  // its values, or more if it is alone.
  std::size_t bytes = std::size_t{8} << 20;
};

class Source {
 public:
  // Opens the store at `path` for reading and for trimming. `interrupt`, which must outlive it,
  // ends what takes too long, and has the file count as one that somebody else has made.
  explicit Source(const std::string& path, const storage::Interrupt* interrupt = nullptr);

  [[nodiscard]] const storage::StoreInfo& info() const noexcept { return info_; }
  [[nodiscard]] const std::string& path() const noexcept { return database_.path(); }
  [[nodiscard]] tables::Outbox outbox() { return tables::Outbox(database_); }
  [[nodiscard]] tables::CentralRecord centre() { return tables::CentralRecord(database_); }

  // The next batch of the outbox lines in (after, until], or nothing if there is none. Its rows may
  // be fewer than its lines, even none: rows that were deleted meanwhile have nothing to ship. A
  // row with a value that does not fit its column is among the rejects, and so is one of more than
  // kLargestRow. A large row begins a batch of its own. The memory of `spent`, a
  // batch that nobody needs any more, is used for it.
  [[nodiscard]] std::optional<batch::Batch> read(std::int64_t after, std::int64_t until,
                                                 const SliceLimits& limits,
                                                 batch::Batch spent = {});
  // A batch without rows, which says that the store is there and how much it has to ship.
  [[nodiscard]] batch::Batch idle();

  // The centre has everything up to `acknowledged`. Works in short transactions with pauses, so
  // that a host waits for none of them for long; what is done of them stays done.
  // `on_step` is called after each of them.
  void trim(std::int64_t acknowledged, const std::function<void()>& on_step = {});

  // Whether the store may be behind what was shipped from it, which is known to reach up to
  // `reached`, because of how its hosts ended. An older copy does not count: it must not take back
  // what the store itself has told since.
  [[nodiscard]] bool may_be_behind(std::int64_t reached);

  // Turns what dead hosts left running into crashed, so that the centre hears of it although no
  // host may ever open this store again. Costs nothing when there are none.
  void mark_crashed();

  // Moves what it can from the WAL into the database file without making a writer wait.
  void checkpoint();

 private:
  // `batch` without rows, as one of this store.
  [[nodiscard]] batch::Batch emptied(batch::Batch batch = {}) const;

  storage::Database database_;
  storage::StoreInfo info_;
  base::Uuid store_id_{};
};

}  // namespace edo::source
