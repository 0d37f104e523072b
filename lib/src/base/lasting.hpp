// Objects that are never destroyed, since threads may still use them while the process exits.
#pragma once

#include <utility>

namespace edo::base {

// For an object that lives until the end: static const auto& names = lasting(make_names());
// By value, since GCC 13 and newer take a reference made from a temporary for a dangling one.
template <typename T>
[[nodiscard]] T& lasting(T object) {
  return *new T(std::move(object));
}

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
