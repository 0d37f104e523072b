#include "tools/server/backend/memory.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "tools/server/backend/room.hpp"

namespace edo::backend {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMegabyte = std::size_t{1} << 20;
const Memory::Clock::time_point kNow{};

TEST_CASE("what is reserved fits into the budget") {
  Memory memory(100);
  auto first = memory.reserve(60);
  CHECK_FALSE(memory.reserve(41));
  auto second = memory.reserve(40);
  REQUIRE(second);
  first->shrink(10);
  CHECK(first->bytes() == 10);
  CHECK_FALSE(memory.reserve(51));
  CHECK(memory.reserve(50));
  const auto moved = std::move(*second);
  second.reset();  // gives nothing back
  CHECK_FALSE(memory.reserve(51));
}

TEST_CASE("who waited when the server ended is not called any more") {
  Memory memory(100);
  const auto waiting = std::make_shared<int>();
  bool is_called = false;
  auto first = memory.reserve(90);
  REQUIRE(memory.wait(80, kNow + 5s, [&is_called, waiting](const std::optional<Memory::Share>&) {
    is_called = true;
  }));
  memory.forget_waits();
  CHECK(waiting.use_count() == 1);
  first.reset();
  CHECK_FALSE(is_called);
  CHECK(memory.reserve(100));
}

TEST_CASE("who waits gets memory in turn, and nobody goes before them") {
  Memory memory(100);
  std::vector<std::size_t> granted;
  std::vector<Memory::Share> shares;
  const auto wait = [&](std::size_t bytes, std::chrono::seconds time) {
    return memory.wait(bytes, kNow + time, [&](std::optional<Memory::Share> share) {
      granted.push_back(share ? share->bytes() : 0);
      if (share) shares.push_back(std::move(*share));
    });
  };
  auto first = memory.reserve(90);
  REQUIRE(wait(80, 5s));
  REQUIRE(wait(20, 9s));
  CHECK(granted.empty());
  CHECK(memory.is_short(kNow));
  CHECK_FALSE(memory.reserve(10));
  first.reset();
  CHECK(granted == std::vector<std::size_t>{80, 20});
  CHECK_FALSE(memory.is_short(kNow));

  // The time of a large one is over, so a small one behind it fits.
  shares.erase(shares.begin());
  REQUIRE(wait(90, 5s));
  REQUIRE(wait(70, 9s));
  memory.end_waits(kNow + 4s);
  CHECK(granted.size() == 2);
  memory.end_waits(kNow + 5s);
  CHECK(granted == std::vector<std::size_t>{80, 20, 0, 70});
  REQUIRE(wait(10, 5s));  // at once
  CHECK(granted.back() == 10);
}

TEST_CASE("memory is short for a while after a refusal") {
  Memory memory(100);
  memory.note_refusal(kNow + 1s);
  CHECK(memory.is_short(kNow + 2s));
  CHECK_FALSE(memory.is_short(kNow + 7s));
}

TEST_CASE("a small answer needs no memory, whatever the others take") {
  Memory memory(16 * kMegabyte);
  const auto all = memory.reserve(16 * kMegabyte);
  Room room(memory);
  CHECK(room.first() == kSmallAnswer);
  room.keep(kSmallAnswer);
  CHECK(room.settle(kSmallAnswer) == nullptr);
}

TEST_CASE("an answer that is larger gets more, or waits outside") {
  Memory memory(16 * kMegabyte);
  Room room(memory);
  CHECK(room.first() == kMegabyte);
  CHECK(room.after(kMegabyte) == room.largest());
  CHECK(room.after(room.largest()) == std::nullopt);
  CHECK_FALSE(memory.reserve(3 * kMegabyte));
  room.keep(2 * kMegabyte);
  auto held = room.settle(2 * kMegabyte);
  CHECK(memory.reserve(14 * kMegabyte));
  CHECK_FALSE(memory.reserve(15 * kMegabyte));

  Room second(memory);
  CHECK(second.first() == kMegabyte);
  CHECK(second.after(kMegabyte) == second.largest());  // 14 of 14
  Room third(memory);
  CHECK(third.first() == kSmallAnswer);
  CHECK_THROWS_AS(third.after(kSmallAnswer), MemoryShortage);
  // Who has to wait holds nothing.
  Room in_vain(memory, std::nullopt);
  CHECK_THROWS_AS(in_vain.after(kSmallAnswer), MemoryRefused);
  CHECK(memory.is_short(Memory::Clock::now()));
}

TEST_CASE("a request that has waited begins with what it has waited for") {
  Memory memory(16 * kMegabyte);
  Room room(memory, memory.reserve(12 * kMegabyte));
  CHECK(room.first() == 3 * kMegabyte);
  room.keep(3 * kMegabyte);
  CHECK(room.settle(kMegabyte) != nullptr);
  CHECK(memory.reserve(16 * kMegabyte));  // nobody holds what settle() has returned
}

TEST_CASE("the answers of a batch are kept together") {
  Memory memory(16 * kMegabyte);
  Room room(memory);
  for (int i = 0; i < 3; ++i) {
    CHECK(room.first() >= kSmallAnswer);
    room.keep(kMegabyte);
  }
  CHECK_FALSE(memory.reserve(14 * kMegabyte));
  CHECK(memory.reserve(10 * kMegabyte));
}

}  // namespace
}  // namespace edo::backend
