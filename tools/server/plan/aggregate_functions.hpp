// The aggregate functions by their names.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "tools/server/plan/plan.hpp"

namespace edo::plan {

inline constexpr std::pair<std::string_view, AggregateFunction> kAggregateFunctions[] = {
    {"count", AggregateFunction::count},
    {"sum", AggregateFunction::sum},
    {"avg", AggregateFunction::avg},
    {"min", AggregateFunction::min},
    {"max", AggregateFunction::max},
    {"stddev", AggregateFunction::stddev},
    {"stddev_pop", AggregateFunction::stddev_pop},
    {"stddev_samp", AggregateFunction::stddev_samp},
    {"var_pop", AggregateFunction::var_pop},
    {"var_samp", AggregateFunction::var_samp},
    {"variance", AggregateFunction::variance},
    {"bool_and", AggregateFunction::bool_and},
    {"bool_or", AggregateFunction::bool_or},
    {"corr", AggregateFunction::corr},
    {"covar_samp", AggregateFunction::covar_samp},
};

// Only for names in the schema.
[[nodiscard]] inline AggregateFunction aggregate_function(std::string_view name) {
  const auto* found = std::find_if(std::begin(kAggregateFunctions), std::end(kAggregateFunctions),
                                   [&](const auto& entry) { return entry.first == name; });
  return found->second;
}

}  // namespace edo::plan
