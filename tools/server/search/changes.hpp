// Which rows of a store changed after a sequence number of its outbox.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "storage/database.hpp"
#include "tables/outbox.hpp"

namespace edo::search {

struct Changes {
  std::int64_t until = 0;  // the last change that is among them
  bool is_all = true;      // whether that is the newest
  std::vector<tables::TouchedRow> rows;
  // Besides these, any rows from these ids on may have changed.
  tables::LeastIds least;
};

// In the transaction that is open. At most `most` changes, apart from trimmed ones. Nothing if the
// changes are unknown: the store is another one now, or a program trimmed its outbox that does not
// note what it trims.
[[nodiscard]] std::optional<Changes> changes_since(storage::Database& store, std::int64_t seq,
                                                   std::int64_t most);

}  // namespace edo::search
