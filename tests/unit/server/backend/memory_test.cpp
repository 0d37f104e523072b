#include "tools/server/backend/memory.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <optional>

#include "tools/server/language/error.hpp"

namespace edo::backend {
namespace {

using namespace std::chrono_literals;

TEST_CASE("what is reserved fits into the budget, and what exists is counted beyond it") {
  Memory memory(100);
  std::optional first(memory.reserve(60, 0ms));
  CHECK_THROWS_WITH(memory.reserve(41, 1ms),
                    "other answers need the server's memory; try again, or ask for fewer rows with "
                    "limit");
  std::optional second(memory.reserve(40, 0ms));
  std::optional third(memory.take(10));
  first.reset();
  CHECK_THROWS_AS(memory.reserve(51, 1ms), language::RequestError);
  third.reset();
  CHECK_NOTHROW(memory.reserve(60, 0ms));
  const auto moved = std::move(*second);
  second.reset();  // gives nothing back
  CHECK_THROWS_AS(memory.reserve(61, 1ms), language::RequestError);
}

TEST_CASE("who needs memory gets it when it is given back") {
  Memory memory(100);
  std::optional first(memory.reserve(100, 0ms));
  auto waiting = std::async(std::launch::async, [&] { (void)memory.reserve(100, 1min); });
  CHECK(waiting.wait_for(10ms) == std::future_status::timeout);
  first.reset();
  CHECK_NOTHROW(waiting.get());
}

}  // namespace
}  // namespace edo::backend
