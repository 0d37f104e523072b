// The rows of a field: where, order_by, distinct_on, limit and offset, with the role's permission
// on the table.
#pragma once

#include <vector>

#include "tools/server/plan/context.hpp"
#include "tools/server/plan/plan.hpp"

namespace edo::plan {

// `path` is the field's "args". The role's limit is not applied.
[[nodiscard]] Rows read_rows(const PlanContext& context, const model::Table& table,
                             const std::vector<Place>& arguments, const language::Path& path);

// The row with the given primary key.
[[nodiscard]] Rows read_key(const PlanContext& context, const model::Table& table,
                            const std::vector<Place>& arguments);

}  // namespace edo::plan
