// Files for tests: a directory that goes away, and whole contents in one call.
#pragma once

#include <string>
#include <string_view>

namespace edo::testing {

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();  // removes it with all that is in it, read-only directories as well

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // The path of `name` in it.
  [[nodiscard]] std::string operator/(std::string_view name) const;

 private:
  std::string path_;
};

// Both throw std::runtime_error with the path.
[[nodiscard]] std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view contents);

}  // namespace edo::testing
