// A directory that carries files between two machines. It is often on a medium that is unplugged
// too early, so a file is either complete or not there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edo::sinks {

// Belongs to one thread at a time. Errors name the file and say what to do: full, denied, io.
class Directory {
 public:
  // Locks the directory against other exports and imports while it lives, if the file system has
  // locks. Throws Error busy if another one holds the lock.
  explicit Directory(const std::string& path);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  // The names of the files that end in `suffix`, in order.
  [[nodiscard]] std::vector<std::string> names(std::string_view suffix) const;
  [[nodiscard]] bool has(const std::string& name) const;
  // Throws Error refused if it is larger than `most` or not a regular file.
  [[nodiscard]] std::string read(const std::string& name, std::uint64_t most) const;
  // Creates or replaces the file durably: when it returns, the file survives a power cut. When it
  // throws, the old file is unchanged, or there is none.
  void write(const std::string& name, std::string_view contents);
  void remove(const std::string& name);

 private:
  [[nodiscard]] std::string of(const std::string& name) const { return path_ + "/" + name; }

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace edo::sinks
