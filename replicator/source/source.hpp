// Reads pending changes from a store, and trims them when they are acknowledged.
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

// The largest row of a recorder: two documents of 32 MiB, and everything else. A batch with such a
// row alone is as large as a batch may be.
inline constexpr std::size_t kLargestRow = std::size_t{70} << 20;

struct SliceLimits {
  std::int64_t changes = 32'000;
  // A batch ends with the row that reaches this limit, so it can exceed it: by a megabyte for each
  // value of that row, or more if the row is alone.
  std::size_t bytes = std::size_t{8} << 20;
};

class Source {
 public:
  // Opens the store at `path` for reading and trimming. `interrupt`, which must outlive it, ends
  // statements that take too long; with it the file is treated as one of unknown origin.
  explicit Source(const std::string& path, const storage::Interrupt* interrupt = nullptr);

  [[nodiscard]] const storage::StoreInfo& info() const noexcept { return info_; }
  [[nodiscard]] const std::string& path() const noexcept { return database_.path(); }
  [[nodiscard]] tables::Outbox outbox() { return tables::Outbox(database_); }
  [[nodiscard]] tables::CentralRecord central_record() { return tables::CentralRecord(database_); }

  // The next batch of the outbox entries in (after, until], or nothing if there are none. It may
  // have fewer rows than entries, even none, because deleted rows are left out. A row with a value
  // that does not fit its column becomes a reject, and so does a row of more than kLargestRow. A
  // large row begins a batch of its own. The batch reuses the memory of `spent`.
  [[nodiscard]] std::optional<batch::Batch> read(std::int64_t after, std::int64_t until,
                                                 const SliceLimits& limits,
                                                 batch::Batch spent = {});
  // A batch without rows: a heartbeat, with the number of pending changes.
  [[nodiscard]] batch::Batch idle();

  // Trims the outbox up to `acknowledged`. Works in short transactions with pauses, so that no host
  // waits long; finished transactions stay. Calls `on_step` after each of them.
  void trim(std::int64_t acknowledged, const std::function<void()>& on_step = {});

  // Whether a crash of its hosts may have set the store back behind `reached`, the mark of what was
  // shipped from it. An older copy of the store does not count: it must not overwrite what the
  // store has shipped since.
  [[nodiscard]] bool may_be_behind(std::int64_t reached);

  // Marks rows that dead hosts left running as crashed, so that this is shipped even if no host
  // opens the store again. Costs nothing if there are none.
  void mark_crashed();

  // Checkpoints as much of the WAL as it can without making a writer wait.
  void checkpoint();

 private:
  // An empty `batch` of this store.
  [[nodiscard]] batch::Batch emptied(batch::Batch batch = {}) const;

  storage::Database database_;
  storage::StoreInfo info_;
  base::Uuid store_id_{};
};

}  // namespace edo::source
