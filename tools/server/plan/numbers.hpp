// Numbers as clients write them: decimal text, optionally with a fraction and an exponent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edo::plan {

// The number if it is whole and fits, also for 3.0 or 3e2. Only instantiated for std::int16_t,
// std::int32_t and std::int64_t.
template <typename Integer>
[[nodiscard]] std::optional<Integer> parse_whole(std::string_view number);

// As Hasura prints numbers in messages: 3.0, 1.5, 3.0e9.
[[nodiscard]] std::string scientific(std::string_view number);

}  // namespace edo::plan
