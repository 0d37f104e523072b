#include "recorder/alarm.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace edo::recorder {
namespace {

// Without a bell, as when a process may have no more descriptors, it is looked that often whether
// something has happened.
constexpr int kLookEvery = 100;  // ms

void drain(int descriptor) noexcept {
  std::array<char, 4096> events{};
  while (descriptor >= 0 && ::read(descriptor, events.data(), events.size()) > 0) {
  }
}

}  // namespace

Alarm::Alarm() noexcept
    : bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      folders_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

Alarm::~Alarm() {
  if (bell_ >= 0) ::close(bell_);
  if (folders_ >= 0) ::close(folders_);
}

void Alarm::ring() noexcept {
  constexpr std::uint64_t kOnce = 1;
  (void)!::write(bell_, &kOnce, sizeof kOnce);
}

void Alarm::watch(const std::string& folder) noexcept {
  constexpr std::uint32_t kEvents =
      IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_MOVE_SELF | IN_ONLYDIR;
  (void)inotify_add_watch(folders_, folder.c_str(), kEvents);
}

void Alarm::wait(std::optional<std::chrono::milliseconds> at_most) noexcept {
  // poll(2) passes over descriptors that are negative.
  std::array<pollfd, 2> bells = {{{bell_, POLLIN, 0}, {folders_, POLLIN, 0}}};
  const int without_end = bell_ >= 0 ? -1 : kLookEvery;
  (void)poll(bells.data(), bells.size(),
             at_most ? static_cast<int>(at_most->count()) : without_end);
  drain(bell_);
  drain(folders_);
}

}  // namespace edo::recorder
