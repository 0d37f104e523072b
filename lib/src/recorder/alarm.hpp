// What the maintenance thread of a recorder waits for.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace edo::recorder {

class Alarm {
 public:
  // Watches files whose names begin with `name`.
  explicit Alarm(std::string name);
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm();

  // Ends the current wait, or the next one. Any thread may call it.
  void ring() noexcept;

  // From now on, renaming or deleting such a file in this folder rings, too, and so does renaming
  // the folder. The system may miss an event, so a caller that must be certain checks the files.
  // Any thread may call it.
  void watch(const std::string& folder) noexcept;

  // Waits for one of these, at most for that long.
  void wait(std::optional<std::chrono::milliseconds> at_most = {}) noexcept;

 private:
  [[nodiscard]] bool heard() noexcept;

  const std::string name_;
  const int bell_;
  const int folders_;
};

}  // namespace edo::recorder
