#include "tools/server/search/changes.hpp"

#include <algorithm>
#include <utility>

namespace edo::search {

std::optional<Changes> changes_since(storage::Database& store, std::int64_t seq,
                                     std::int64_t most) {
  tables::Outbox outbox(store);
  const std::int64_t newest = outbox.newest();
  if (newest < seq) return std::nullopt;
  Changes changes;
  changes.until = newest;
  if (newest == seq) return changes;
  const std::int64_t watermark = outbox.watermark();
  if (watermark > seq) {
    const auto least = outbox.trimmed().since(seq);
    if (!least) return std::nullopt;
    changes.least = *least;
  }
  auto slice = outbox.slice(std::max(seq, watermark), newest, most);
  changes.rows = std::move(slice.rows);
  changes.is_all = slice.last_seq >= newest;
  changes.until = slice.last_seq;
  return changes;
}

}  // namespace edo::search
