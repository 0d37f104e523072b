#include "storage/busy.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace edo::storage {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

// The bound of a pause doubles from the first to the longest.
constexpr int kFirst = 100;
constexpr int kLongest = 3200;

}  // namespace

BusyWait::BusyWait(std::chrono::milliseconds patience, const Interrupt* interrupt)
    : patience_(patience),
      interrupt_(interrupt),
      random_(static_cast<unsigned>(getpid()) ^
              static_cast<unsigned>(steady_clock::now().time_since_epoch().count())) {}

void BusyWait::attend(sqlite3* connection) { sqlite3_busy_handler(connection, &wait, this); }

// SQLite calls it with 0 when a wait begins, and goes on waiting until it returns 0.
int BusyWait::wait(void* self, int tries) {
  auto& busy = *static_cast<BusyWait*>(self);
  const auto now = steady_clock::now();
  if (tries == 0) busy.give_up_at_ = now + busy.patience_;
  if (now >= busy.give_up_at_) return 0;
  if (busy.interrupt_ != nullptr && busy.interrupt_->is_due()) return 0;
  const int bound = tries < 5 ? kFirst << tries : kLongest;
  const microseconds pause(std::uniform_int_distribution<int>(kFirst / 2, bound)(busy.random_));
  std::this_thread::sleep_for(std::min<steady_clock::duration>(pause, busy.give_up_at_ - now));
  return 1;
}

}  // namespace edo::storage
