// A plan as text that people can read, for tests to compare.
#pragma once

#include <string>

#include "tools/server/plan/plan.hpp"

namespace edo::plan::tests {

// "author: rows author where id > 1 limit 2 {id, n: name}"
[[nodiscard]] std::string plan_text(const Plan& plan);

}  // namespace edo::plan::tests
