// Turns a plan into SQL.
#pragma once

#include <vector>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/dialect.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::sql {

// One statement with one column for each root field of the plan, in their order; constants have
// none. A stream has two columns: its rows, and the cursor after them as JSON. Only a plan with
// more root fields than a statement may have columns gives several statements. Throws RequestError,
// data-exception, for values that do not belong to their type.
[[nodiscard]] std::vector<Statement> compile(const plan::Plan& plan, const Dialect& dialect);

}  // namespace edo::sql
