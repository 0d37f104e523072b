#include "tools/server/live/hub.hpp"

#include <catch2/catch.hpp>
#include <mutex>

#include "support/fake_engine.hpp"
#include "support/wait.hpp"

namespace edo::live {
namespace {

using std::chrono::milliseconds;
using testing::eventually;
using testing::FakeEngine;

// What one subscriber was told.
class Told {
 public:
  Hub::Deliver deliver() {
    return [this](const Answer& answer) {
      const std::lock_guard lock(mutex_);
      answers_.push_back(*answer);
    };
  }
  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return answers_.size();
  }
  [[nodiscard]] std::string last() const {
    const std::lock_guard lock(mutex_);
    return answers_.empty() ? "" : answers_.back();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> answers_;
};

std::unique_ptr<graphql::LiveQuery> live_query(FakeEngine& engine, const std::string& text) {
  graphql::Request request;
  request.query = text;
  return engine.subscribe(request, {});
}

// A poll has come to its end since.
bool polled_again(const Hub& hub, std::uint64_t polls = 2) {
  const auto before = hub.figures().polls + hub.figures().polls_skipped;
  return eventually(
      [&] { return hub.figures().polls + hub.figures().polls_skipped >= before + polls; });
}

TEST_CASE("a subscriber is told the first answer and then only what has changed") {
  FakeEngine engine;
  Told told;
  Hub hub({.interval = milliseconds(1)});
  (void)hub.subscribe(live_query(engine, "watch a"), told.deliver());
  REQUIRE(eventually([&] { return told.count() == 1; }));
  CHECK(told.last() == R"({"data":{"a":"0"}})");
  REQUIRE(polled_again(hub, 5));
  CHECK(told.count() == 1);
  engine.set("a", "1");
  REQUIRE(eventually([&] { return told.count() == 2; }));
  CHECK(told.last() == R"({"data":{"a":"1"}})");
}

TEST_CASE("a thousand subscribers of the same are one poll") {
  FakeEngine engine;
  std::vector<Told> told(1000);
  Hub hub({.interval = milliseconds(20)});
  for (auto& each : told) (void)hub.subscribe(live_query(engine, "watch a"), each.deliver());
  for (auto& each : told) REQUIRE(eventually([&] { return each.count() == 1; }));
  CHECK(hub.figures().subscriptions == 1000);
  CHECK(hub.figures().cohorts == 1);
  const int before = engine.polls;
  REQUIRE(polled_again(hub));
  CHECK(engine.polls - before < 10);
  engine.set("a", "1");
  for (auto& each : told) REQUIRE(eventually([&] { return each.count() == 2; }));
}

TEST_CASE("who joins others is told at once, though nothing has changed") {
  FakeEngine engine;
  Told first, second;
  Hub hub({.interval = std::chrono::hours(1)});
  (void)hub.subscribe(live_query(engine, "watch a"), first.deliver());
  REQUIRE(eventually([&] { return first.count() == 1; }));
  (void)hub.subscribe(live_query(engine, "watch a"), second.deliver());
  CHECK(eventually([&] { return second.count() == 1; }));
  CHECK(first.count() == 1);
}

TEST_CASE("who joins others while they are asked for is told the answer once") {
  FakeEngine engine;
  Told first, second;
  Hub* hub = nullptr;
  std::once_flag joined;
  // The first poll has begun when it asks for the version.
  Hub asked({.interval = milliseconds(1), .version = [&]() -> std::optional<std::uint64_t> {
               std::call_once(joined, [&] {
                 (void)hub->subscribe(live_query(engine, "watch a"), second.deliver());
               });
               return std::nullopt;
             }});
  hub = &asked;
  (void)asked.subscribe(live_query(engine, "watch a"), first.deliver());
  REQUIRE(eventually([&] { return first.count() == 1 && second.count() > 0; }));
  REQUIRE(polled_again(asked, 5));
  CHECK(second.count() == 1);
  engine.set("a", "1");
  CHECK(eventually([&] { return first.count() == 2 && second.count() == 2; }));
}

TEST_CASE("who has left is told nothing, and the last one ends the poll") {
  FakeEngine engine;
  Told stays, leaves;
  Hub hub({.interval = milliseconds(1)});
  const auto staying = hub.subscribe(live_query(engine, "watch a"), stays.deliver());
  const auto leaving = hub.subscribe(live_query(engine, "watch a"), leaves.deliver());
  REQUIRE(eventually([&] { return stays.count() == 1 && leaves.count() == 1; }));
  hub.unsubscribe(leaving);
  engine.set("a", "1");
  REQUIRE(eventually([&] { return stays.count() == 2; }));
  CHECK(leaves.count() == 1);
  hub.unsubscribe(staying);
  hub.unsubscribe(staying);
  CHECK(hub.figures().cohorts == 0);
}

TEST_CASE("nothing is asked while nothing was committed") {
  FakeEngine engine;
  Told told;
  std::atomic<std::uint64_t> version = 1;
  Hub hub({.interval = milliseconds(1), .version = [&] { return std::optional(version.load()); }});
  (void)hub.subscribe(live_query(engine, "watch a"), told.deliver());
  REQUIRE(eventually([&] { return hub.figures().polls_skipped > 5; }));
  const int before = engine.polls;
  REQUIRE(eventually([&] { return hub.figures().polls_skipped > 20; }));
  CHECK(engine.polls - before <= 1);
  engine.set("a", "1");
  ++version;
  CHECK(eventually([&] { return told.count() == 2; }));
}

TEST_CASE("a version that stands still is not trusted for ever") {
  FakeEngine engine;
  Told told;
  Hub hub({.interval = milliseconds(1), .version = [] { return std::optional<std::uint64_t>(1); }});
  (void)hub.subscribe(live_query(engine, "watch a"), told.deliver());
  REQUIRE(eventually([&] { return told.count() == 1; }));
  engine.set("a", "1");
  CHECK(eventually([&] { return told.count() == 2; }));
}

TEST_CASE("a failure is an answer, told once, and does not end the subscription") {
  FakeEngine engine;
  Told told;
  std::atomic<int> reports = 0;
  Hub hub({.interval = milliseconds(1), .report = [&](const std::string&) { ++reports; }});
  engine.set("a", "fail");
  (void)hub.subscribe(live_query(engine, "watch a"), told.deliver());
  REQUIRE(eventually([&] { return told.count() == 1; }));
  CHECK(told.last().find(R"("code":"data-exception")") != std::string::npos);
  REQUIRE(polled_again(hub, 5));
  CHECK(told.count() == 1);
  CHECK(reports == 0);
  engine.set("a", "crash");
  REQUIRE(eventually([&] { return told.count() == 2; }));
  CHECK(told.last().find("secret") == std::string::npos);
  CHECK(reports > 0);
  engine.set("a", "1");
  CHECK(eventually([&] { return told.last() == R"({"data":{"a":"1"}})"; }));
}

TEST_CASE("streams are never shared, and wait until their subscriber is ready for more") {
  FakeEngine engine;
  engine.set("n", "5");
  Told first, second;
  Hub hub({.interval = milliseconds(1)});
  const auto id = hub.subscribe(live_query(engine, "count n"), first.deliver());
  REQUIRE(eventually([&] { return first.count() == 1; }));
  CHECK(first.last() == R"({"data":{"n":[1,2,3]}})");
  (void)hub.subscribe(live_query(engine, "count n"), second.deliver());
  REQUIRE(eventually([&] { return second.count() == 1; }));
  CHECK(second.last() == R"({"data":{"n":[1,2,3]}})");
  CHECK(hub.figures().cohorts == 2);
  CHECK(first.count() == 1);
  hub.taken(id);
  REQUIRE(eventually([&] { return first.count() == 2; }));
  CHECK(first.last() == R"({"data":{"n":[4,5]}})");
  hub.taken(id);
  REQUIRE(polled_again(hub));
  CHECK(first.count() == 2);
  engine.set("n", "6");
  CHECK(eventually([&] { return first.count() == 3; }));
}

// A stream of so many rows that all read alike, one at a time.
class Alike final : public graphql::LiveQuery {
 public:
  explicit Alike(int rows) : rows_(rows) {}
  const std::string& key() const override { return key_; }
  bool is_stream() const override { return true; }
  std::optional<std::string> poll() override {
    if (rows_ == 0) return std::nullopt;
    --rows_;
    return R"({"data":{"a":[{"level":"info"}]}})";
  }

 private:
  const std::string key_;
  int rows_;
};

TEST_CASE("a stream tells every batch, though it reads like the last and nothing was committed") {
  Told told;
  Hub hub({.interval = milliseconds(1), .version = [] { return std::optional<std::uint64_t>(1); }});
  const auto id = hub.subscribe(std::make_unique<Alike>(5), told.deliver());
  for (std::size_t batch = 1; batch <= 5; ++batch) {
    REQUIRE(eventually([&] { return told.count() == batch; }));
    CHECK(hub.figures().polls_skipped == 0);
    hub.taken(id);
  }
  REQUIRE(eventually([&] { return hub.figures().polls_skipped > 5; }));
  CHECK(told.count() == 5);
}

}  // namespace
}  // namespace edo::live
