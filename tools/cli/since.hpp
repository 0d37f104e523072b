// Points in time as people type them.
#pragma once

#include <string>

#include "base/time.hpp"

namespace edo::cli {

// The time that `value` of `option` means: a span before `now`, a time, or the beginning of a day
// in UTC. Throws UsageError.
[[nodiscard]] base::Micros time_meant(const std::string& option, const std::string& value,
                                      base::Micros now);

}  // namespace edo::cli
