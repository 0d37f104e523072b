#include "base/exit.hpp"

#include <atomic>
#include <cstdlib>

namespace edo::base {
namespace {

std::atomic<bool> exiting = false;

}  // namespace

bool is_exiting() noexcept {
  static const int registered = std::atexit([] { exiting = true; });
  (void)registered;
  return exiting;
}

}  // namespace edo::base
