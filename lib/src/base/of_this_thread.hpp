// What is static has no destructor here, since threads may still use it while the process exits: it
// is made by new and never deleted (static const auto& names = *new Names{...}).
#pragma once

#include <utility>

namespace edo::base {

// One object for each thread. A thread that asks again after its objects have been destroyed, as a
// destructor that exit() calls may, gets a new one. Static, so that no library shares it with
// another.
template <typename T>
[[nodiscard]] static T& of_this_thread() {
  static thread_local T* object = nullptr;
  struct Reaper {
    ~Reaper() { delete std::exchange(object, nullptr); }
  };
  if (object == nullptr) {
    object = new T;
    static thread_local Reaper reaper;
    (void)reaper;
  }
  return *object;
}

}  // namespace edo::base
