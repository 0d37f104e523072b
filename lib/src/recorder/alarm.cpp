#include "recorder/alarm.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace edo::recorder {
namespace {

// Without a bell, as when a process may have no more descriptors, it is looked that often whether
// something has happened.
constexpr int kLookEvery = 100;  // ms

bool drain(int descriptor) noexcept {
  std::uint64_t rings = 0;
  return ::read(descriptor, &rings, sizeof rings) > 0;
}

}  // namespace

Alarm::Alarm(std::string name)
    : name_(std::move(name)),
      bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
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

// Whether something has happened. Files of others come and go in the same folder.
bool Alarm::heard() noexcept {
  bool heard = drain(bell_);
  alignas(inotify_event) std::array<char, 4096> events{};
  for (ssize_t size = 0; (size = ::read(folders_, events.data(), events.size())) > 0;) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      const auto* event = reinterpret_cast<const inotify_event*>(events.data() + at);
      heard |= event->len == 0 || std::string_view(event->name).starts_with(name_);
      at += sizeof *event + event->len;
    }
  }
  return heard;
}

void Alarm::wait(std::optional<std::chrono::milliseconds> at_most) noexcept {
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + at_most.value_or(std::chrono::milliseconds{0});
  // poll(2) passes over descriptors that are negative.
  std::array<pollfd, 2> bells = {{{bell_, POLLIN, 0}, {folders_, POLLIN, 0}}};
  do {
    int time = bell_ >= 0 ? -1 : kLookEvery;
    if (at_most) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now());
      time = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }
    if (poll(bells.data(), bells.size(), time) == 0) return;
  } while (!heard());
}

}  // namespace edo::recorder
