// order_by and distinct_on.
#pragma once

#include <vector>

#include "tools/server/plan/context.hpp"
#include "tools/server/plan/plan.hpp"

namespace edo::plan {

// A list of <t>_order_by. The members of one object apply in the schema's order.
[[nodiscard]] std::vector<OrderBy> read_order_by(const PlanContext& context, const Place& place);

// A list of <t>_select_column.
[[nodiscard]] std::vector<const model::Column*> read_columns(const PlanContext& context,
                                                             const Place& place);

// Throws RequestError at `path` unless the order of the rows begins with these columns.
void check_distinct_on(const std::vector<const model::Column*>& distinct_on,
                       const std::vector<OrderBy>& order_by, const language::Path& path);

}  // namespace edo::plan
