// What an open store knows about its central database, and the rows that it sends again because the
// central database may lack them.
//
// A row is sent again by a new outbox entry, so its version is higher than any before, and it is
// protected like any unshipped row. While healing is under way, no shipped row may be deleted,
// since not all entries have been written yet. All calls throw Error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/database.hpp"
#include "tables/model.hpp"

namespace edo::tables {

enum class HealingReason {
  restored,  // the central database has less than it had: a restore, or a standby that lagged
             // behind
  replaced,  // it is another one
  asked,     // somebody wants it
};
[[nodiscard]] std::string_view to_string(HealingReason reason) noexcept;

// Healing that is under way.
struct Healing {
  std::string began_at;
  HealingReason reason = HealingReason::asked;
  // The central database has all changes up to after_seq, and may lack those after it, up to
  // until_seq.
  std::int64_t after_seq = 0;
  std::int64_t until_seq = 0;
  // Whether the central database is asked what it lacks, if it can answer. Otherwise all rows that
  // were started or changed since `since` are sent again; nothing: all rows.
  bool only_lacking = true;
  std::optional<std::string> since;
  // How far healing has come: the table, and the last row in it.
  std::size_t table = 0;
  std::string last_id;
  std::int64_t compared = 0;
  std::int64_t queued = 0;
};

// Rows that the central database lacks and that were deleted here after they had been shipped.
struct Lost {
  std::optional<std::string> after;  // started after this; nothing: all that were started before
  std::string until;
};

class CentralRecord {
 public:
  // `database` must outlive it.
  explicit CentralRecord(storage::Database& database) : database_(database) {}

  // Which central database acknowledged the changes up to the watermark; nothing if that is not
  // known yet.
  [[nodiscard]] std::optional<std::string> centre_id();
  [[nodiscard]] std::optional<Lost> lost();
  [[nodiscard]] std::optional<Healing> healing();
  [[nodiscard]] bool is_healing();
  // A number that changes whenever more shipped rows may be deleted: the watermark, or another
  // number while healing keeps all rows.
  [[nodiscard]] std::int64_t deletable();
  static constexpr std::int64_t kNothingDeletable = -2;

  void set_centre_id(const std::string& id);
  // Begins healing, or begins it again. `centre_id` says for which central database; rows that were
  // deleted here and started after `complete_until` are then lost.
  void begin(const Healing& healing, const std::optional<std::string>& centre_id,
             const std::optional<std::string>& complete_until);
  // Adds these rows of the table in `reached` to the outbox and notes how far healing has come, in
  // one transaction. A table after the last one means that all tables are done.
  void queue(const Healing& reached, std::span<const std::string> ids);
  void end();

 private:
  storage::Database& database_;
};

}  // namespace edo::tables
