#include "base/exit.hpp"

#include <atomic>
#include <cstdlib>

namespace edo::base {
namespace {

std::atomic<bool> exiting = false;

}  // namespace

bool is_exiting() noexcept {
  // Not atexit(), since that is for what is static here, and forgets it (lib/src/static_lifetime).
  static const int registered = on_exit([](int, void*) { exiting = true; }, nullptr);
  (void)registered;
  return exiting;
}

}  // namespace edo::base
