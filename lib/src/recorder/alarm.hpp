// What the thread beside a recorder's calls waits for.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace edo::recorder {

class Alarm {
 public:
  // `name` is what the names of the files begin with that are watched.
  explicit Alarm(std::string name);
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm();

  // Ends the wait of now, or the next one. Any thread may call this.
  void ring() noexcept;

  // From now on a file of that name in this folder that is renamed or deleted rings as well, and so
  // does the folder when it is renamed. As far as the system can tell: whoever needs to know for
  // certain looks. Any thread may call this.
  void watch(const std::string& folder) noexcept;

  // Waits for one of these, or so long.
  void wait(std::optional<std::chrono::milliseconds> at_most = {}) noexcept;

 private:
  [[nodiscard]] bool heard() noexcept;

  const std::string name_;
  const int bell_;
  const int folders_;
};

}  // namespace edo::recorder
