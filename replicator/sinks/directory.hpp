// A directory that carries files between two machines: often a medium that is pulled out too early,
// so what is written is either there for good or not there at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edo::sinks {

// Belongs to one thread at a time. Errors name the file and say what to do: full, denied, io.
class Directory {
 public:
  // Keeps other exports and imports out of it for as long as it lives, where the file system knows
  // locks. Throws Error busy if one is at work there.
  explicit Directory(const std::string& path);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  // The names of its files that end in `suffix`, in order.
  [[nodiscard]] std::vector<std::string> names(std::string_view suffix) const;
  [[nodiscard]] bool has(const std::string& name) const;
  // Throws Error refused for a file that is larger than `most`, or none at all.
  [[nodiscard]] std::string read(const std::string& name, std::uint64_t most) const;
  // Makes the file or replaces it, durably: when it returns, the file outlives a power cut. When it
  // throws, there is no file of that name or the one that was there before.
  void write(const std::string& name, std::string_view contents);
  void remove(const std::string& name);

 private:
  [[nodiscard]] std::string of(const std::string& name) const { return path_ + "/" + name; }

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace edo::sinks
