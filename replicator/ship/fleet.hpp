// Finds the stores that a command line names.
#pragma once

#include <string>
#include <vector>

namespace edo::shipping {

// The store files that `patterns` name, each once, in order. A folder stands for the *.db files in
// it, a pattern with * ? or [ for the files that match it now, and any other name for itself, even
// if there is no such file.
[[nodiscard]] std::vector<std::string> find_stores(const std::vector<std::string>& patterns);

// Whether the pattern can match files that come later.
[[nodiscard]] bool is_pattern(const std::string& pattern);

}  // namespace edo::shipping
