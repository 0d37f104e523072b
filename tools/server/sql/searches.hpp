// What an index of texts can know about the rows of a plan.
#pragma once

#include <optional>

#include "tools/server/plan/plan.hpp"
#include "tools/server/search/need.hpp"
#include "tools/server/sql/dialect.hpp"

namespace edo::sql {

// Nothing if the index cannot tell such rows from others. `at_most` is the limit that applies
// besides the one of the rows.
[[nodiscard]] std::optional<search::Search> search_of(const plan::Rows& rows,
                                                      const Dialect& dialect,
                                                      std::optional<std::uint64_t> at_most);

}  // namespace edo::sql
