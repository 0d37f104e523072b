// <t>_bool_exp: a condition on rows.
#pragma once

#include <vector>

#include "tools/server/plan/check_values.hpp"
#include "tools/server/plan/context.hpp"
#include "tools/server/plan/plan.hpp"

namespace edo::plan {

[[nodiscard]] BoolExp always();
[[nodiscard]] BoolExp never();
[[nodiscard]] bool is_always(const BoolExp& what);
[[nodiscard]] BoolExp all_of(std::vector<BoolExp> conditions);
[[nodiscard]] BoolExp both(BoolExp one, BoolExp other);

// A client's <t>_bool_exp, with the role's filters on the tables that it refers to.
[[nodiscard]] BoolExp read_bool_exp(const PlanContext& context, const Place& place);

// A column's value, or an item of a list of them.
[[nodiscard]] Bound read_value(const PlanContext& context, const Place& place,
                               const ValueType& type);

}  // namespace edo::plan
