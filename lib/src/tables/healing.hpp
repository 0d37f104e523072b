// What an open store knows of its centre, and the rows that it sends again because the centre may
// lack them.
//
// A row is sent again by a new line in the outbox, so its version is higher than any before, and
// what protects unshipped rows protects these. As long as healing is under way no shipped row is
// safe to delete: not all lines have been written yet. All calls throw Error.
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
  restored,  // the centre has less than it had: a restore, or a standby that lagged behind
  replaced,  // it is another one
  asked,     // somebody wants it
};
[[nodiscard]] std::string_view to_string(HealingReason reason) noexcept;

// Healing that is under way.
struct Healing {
  std::string began_at;
  HealingReason reason = HealingReason::asked;
  // The centre has all changes up to after_seq, and may lack those that follow up to until_seq.
  std::int64_t after_seq = 0;
  std::int64_t until_seq = 0;
  // Whether the centre is asked what it lacks, where it can be. Otherwise all rows are sent again
  // that were started or changed from `since` on; nothing: all.
  bool only_lacking = true;
  std::optional<std::string> since;
  // How far it has come: the table, and the last row in it.
  std::size_t table = 0;
  std::string last_id;
  std::int64_t compared = 0;
  std::int64_t queued = 0;
};

// Rows that the centre lacks and that were deleted here after they had been shipped.
struct Lost {
  std::optional<std::string> after;  // started after this; nothing: all that were started before
  std::string until;
};

class CentreRecord {
 public:
  // `database` must outlive it.
  explicit CentreRecord(storage::Database& database) : database_(database) {}

  // Who acknowledged what the watermark counts; nothing if that is not known yet.
  [[nodiscard]] std::optional<std::string> centre_id();
  [[nodiscard]] std::optional<Lost> lost();
  [[nodiscard]] std::optional<Healing> healing();
  [[nodiscard]] bool is_healing();
  // A number that changes whenever more may be deleted as shipped: the watermark, and another
  // number while healing keeps all.
  [[nodiscard]] std::int64_t deletable();
  static constexpr std::int64_t kNothingDeletable = -2;

  void set_centre_id(const std::string& id);
  // Begins, or begins again. With `centre_id` it is known whom it is for, and what was deleted here
  // and started after `complete_until` is lost.
  void begin(const Healing& healing, const std::optional<std::string>& centre_id,
             const std::optional<std::string>& complete_until);
  // Puts these rows of the table that `reached` names into the outbox and notes how far it has
  // come, in one transaction. A table beyond the last one says that all have been looked through.
  void queue(const Healing& reached, std::span<const std::string> ids);
  void end();

 private:
  storage::Database& database_;
};

}  // namespace edo::tables
