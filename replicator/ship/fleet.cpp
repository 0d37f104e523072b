#include "replicator/ship/fleet.hpp"

#include <glob.h>

#include <algorithm>
#include <filesystem>

namespace edo::shipping {
namespace {

// An unreadable path counts as absent: the other stores continue, and this one may be readable the
// next time.
bool has_wildcard(const std::string& pattern) {
  std::error_code ignored;
  return pattern.find_first_of("*?[") != std::string::npos &&
         !std::filesystem::exists(pattern, ignored);
}

std::vector<std::string> matches(const std::string& pattern) {
  std::vector<std::string> found;
  glob_t result{};
  if (glob(pattern.c_str(), 0, nullptr, &result) == 0) {
    found.assign(result.gl_pathv, result.gl_pathv + result.gl_pathc);
  }
  globfree(&result);
  return found;
}

// The folder's name may contain wildcards of glob(3).
std::vector<std::string> stores_in(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code failure;
  for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (at->path().extension() == ".db") found.push_back(at->path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

bool is_pattern(const std::string& pattern) {
  std::error_code ignored;
  return has_wildcard(pattern) || std::filesystem::is_directory(pattern, ignored);
}

std::vector<std::string> find_stores(const std::vector<std::string>& patterns) {
  std::vector<std::string> all;
  for (const auto& pattern : patterns) {
    std::error_code ignored;
    const auto found = std::filesystem::is_directory(pattern, ignored) ? stores_in(pattern)
                       : has_wildcard(pattern)                         ? matches(pattern)
                                               : std::vector<std::string>{pattern};
    for (const auto& path : found) {
      if (std::find(all.begin(), all.end(), path) == all.end()) all.push_back(path);
    }
  }
  return all;
}

}  // namespace edo::shipping
