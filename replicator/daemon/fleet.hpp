// Which stores there are.
#pragma once

#include <string>
#include <vector>

namespace edo::daemon {

// The store files that `patterns` name, without doubles, in order: a folder stands for the *.db in
// it, a pattern with * ? or [ for what matches it now, anything else for itself, whether it is
// there or not.
[[nodiscard]] std::vector<std::string> find_stores(const std::vector<std::string>& patterns);

// Whether the pattern can match files that come later.
[[nodiscard]] bool is_pattern(const std::string& pattern);

}  // namespace edo::daemon
