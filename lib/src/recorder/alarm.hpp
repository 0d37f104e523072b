// What the thread beside a recorder's calls waits for.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace edo::recorder {

class Alarm {
 public:
  Alarm() noexcept;
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm();

  // Ends the wait of now, or the next one. Any thread may call this.
  void ring() noexcept;

  // From now on a file that is renamed into this folder, or out of it, or deleted from it rings as
  // well, as far as the system can tell: whoever needs to know for certain looks.
  void watch(const std::string& folder) noexcept;

  // Waits for one of these, or so long.
  void wait(std::optional<std::chrono::milliseconds> at_most = {}) noexcept;

 private:
  const int bell_;
  const int folders_;
};

}  // namespace edo::recorder
