// Which file systems a store may lie on.
#pragma once

#include <cstdint>

#include "tools/edo/checks.hpp"

namespace edo::cli {

// `kind` is f_type of statfs(2).
[[nodiscard]] Check judge_file_system(std::uint32_t kind);

}  // namespace edo::cli
