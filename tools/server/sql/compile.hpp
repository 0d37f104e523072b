// Turns a plan into SQL.
#pragma once

#include <vector>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/dialect.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::sql {

// One statement with one column for each root field of the plan, in their order, but for constants,
// which have none. A stream has two: its rows and, as a JSON array, where its cursor stands after
// them. Only a plan with more root fields than a statement may have columns makes several
// statements. Throws RequestError, data-exception, for values that are none of their type.
[[nodiscard]] std::vector<Statement> compile(const plan::Plan& plan, const Dialect& dialect);

}  // namespace edo::sql
