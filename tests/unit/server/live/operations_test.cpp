#include "tools/server/live/operations.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>

namespace edo::live {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

class OneWorker {
 public:
  // Waits until all jobs that were submitted before have been executed or set aside.
  void catch_up() {
    std::promise<void> done;
    REQUIRE(operations.submit([&](backend::Room&) { done.set_value(); }, {}));
    done.get_future().get();
  }

  backend::Memory memory{16 * kMegabyte};
  Workers workers{1, 16};
  Operations operations{workers, memory};
};

TEST_CASE("a request that waits for memory occupies no worker, and then gets what it needs") {
  OneWorker one;
  auto others = one.memory.reserve(16 * kMegabyte);
  std::atomic<int> attempts = 0;
  std::promise<std::size_t> size;
  REQUIRE(one.operations.submit(
      [&](backend::Room& room) {
        ++attempts;
        const auto larger = room.after(room.first());
        size.set_value(larger.value_or(0));
      },
      {}));
  one.catch_up();
  one.catch_up();
  CHECK(attempts == 1);
  others.reset();
  CHECK(size.get_future().get() == 3 * kMegabyte + kMegabyte / 2);
  CHECK(attempts == 2);
}

TEST_CASE("a request that has waited in vain is told, and does not wait again") {
  OneWorker one;
  const auto others = one.memory.reserve(16 * kMegabyte);
  std::promise<void> refused;
  REQUIRE(one.operations.submit(
      [&](backend::Room& room) {
        try {
          (void)room.after(room.first());
        } catch (const backend::MemoryRefused&) {
          refused.set_value();
        }
      },
      {}));
  one.catch_up();
  one.memory.end_waits(backend::Memory::Clock::now() + std::chrono::hours(1));
  refused.get_future().get();
}

TEST_CASE("what waits for memory is not executed for a client that has left") {
  OneWorker one;
  auto others = one.memory.reserve(16 * kMegabyte);
  std::atomic<int> attempts = 0;
  std::stop_source left;
  REQUIRE(one.operations.submit(
      [&](backend::Room& room) {
        ++attempts;
        (void)room.after(room.first());
      },
      left.get_token()));
  one.catch_up();
  left.request_stop();
  others.reset();
  one.catch_up();
  CHECK(attempts == 1);
  CHECK(one.memory.reserve(16 * kMegabyte));
}

}  // namespace
}  // namespace edo::live
