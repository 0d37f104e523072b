// <t>_stream: the rows of a table beyond a cursor.
#pragma once

#include <vector>

#include "tools/server/plan/context.hpp"
#include "tools/server/plan/plan.hpp"

namespace edo::plan {

// Everything except the fields. `path` is the field's "args".
[[nodiscard]] Stream read_stream(const PlanContext& context, const model::Table& table,
                                 const std::vector<Place>& arguments, const language::Path& path);

}  // namespace edo::plan
