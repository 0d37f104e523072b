// The rows of a field: where, order_by, distinct_on, limit and offset, with the role's permission
// on the table.
#pragma once

#include <vector>

#include "tools/server/plan/context.hpp"
#include "tools/server/plan/plan.hpp"

namespace edo::plan {

// Of the table, or of the function that the field is about. `path` is the field's "args". The
// role's limit is not applied.
[[nodiscard]] Rows read_rows(const PlanContext& context, const model::Table& table,
                             const schema::OutputField& definition,
                             const std::vector<Place>& arguments, const language::Path& path);

// "args": what the client gives to the function.
[[nodiscard]] GivenArguments read_given(const PlanContext& context, const model::Function& function,
                                        const std::vector<Place>& arguments);

// The row with the given primary key.
[[nodiscard]] Rows read_key(const PlanContext& context, const model::Table& table,
                            const std::vector<Place>& arguments);

}  // namespace edo::plan
