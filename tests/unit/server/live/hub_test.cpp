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
class Received {
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

std::unique_ptr<engine::LiveQuery> live_query(FakeEngine& engine, const std::string& text) {
  language::Request request;
  request.query = text;
  return engine.subscribe(request, {});
}

// A poll has come to its end since.
bool polled_again(const Hub& hub, std::uint64_t polls = 2) {
  const auto before = hub.figures().polls + hub.figures().polls_skipped;
  return eventually(
      [&] { return hub.figures().polls + hub.figures().polls_skipped >= before + polls; });
}

TEST_CASE("a subscriber gets the first result, and then only changes") {
  FakeEngine engine;
  Received received;
  Hub hub({.interval = milliseconds(1)});
  (void)hub.subscribe(live_query(engine, "watch a"), received.deliver());
  REQUIRE(eventually([&] { return received.count() == 1; }));
  CHECK(received.last() == R"({"data":{"a":"0"}})");
  REQUIRE(polled_again(hub, 5));
  CHECK(received.count() == 1);
  engine.set("a", "1");
  REQUIRE(eventually([&] { return received.count() == 2; }));
  CHECK(received.last() == R"({"data":{"a":"1"}})");
}

TEST_CASE("a thousand equal subscriptions share one poll") {
  FakeEngine engine;
  std::vector<Received> received(1000);
  Hub hub({.interval = milliseconds(20)});
  for (auto& each : received) (void)hub.subscribe(live_query(engine, "watch a"), each.deliver());
  for (auto& each : received) REQUIRE(eventually([&] { return each.count() == 1; }));
  CHECK(hub.figures().subscriptions == 1000);
  CHECK(hub.figures().cohorts == 1);
  const int before = engine.polls;
  REQUIRE(polled_again(hub));
  CHECK(engine.polls - before < 10);
  engine.set("a", "1");
  for (auto& each : received) REQUIRE(eventually([&] { return each.count() == 2; }));
}

TEST_CASE("a new subscriber gets a result at once, even without a change") {
  FakeEngine engine;
  Received first, second;
  Hub hub({.interval = std::chrono::hours(1)});
  (void)hub.subscribe(live_query(engine, "watch a"), first.deliver());
  REQUIRE(eventually([&] { return first.count() == 1; }));
  (void)hub.subscribe(live_query(engine, "watch a"), second.deliver());
  CHECK(eventually([&] { return second.count() == 1; }));
  CHECK(first.count() == 1);
}

TEST_CASE("a subscriber that joins during a poll gets its result once") {
  FakeEngine engine;
  Received first, second;
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

TEST_CASE("an unsubscribed client gets nothing, and the last one ends the poll") {
  FakeEngine engine;
  Received stays, leaves;
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

TEST_CASE("without commits, nothing is polled") {
  FakeEngine engine;
  Received received;
  std::atomic<std::uint64_t> version = 1;
  Hub hub({.interval = milliseconds(1), .version = [&] { return std::optional(version.load()); }});
  (void)hub.subscribe(live_query(engine, "watch a"), received.deliver());
  REQUIRE(eventually([&] { return hub.figures().polls_skipped > 5; }));
  const int before = engine.polls;
  REQUIRE(eventually([&] { return hub.figures().polls_skipped > 20; }));
  CHECK(engine.polls - before <= 1);
  engine.set("a", "1");
  ++version;
  CHECK(eventually([&] { return received.count() == 2; }));
}

TEST_CASE("an unchanged version is trusted only for a while") {
  FakeEngine engine;
  Received received;
  Hub hub({.interval = milliseconds(1), .version = [] { return std::optional<std::uint64_t>(1); }});
  (void)hub.subscribe(live_query(engine, "watch a"), received.deliver());
  REQUIRE(eventually([&] { return received.count() == 1; }));
  engine.set("a", "1");
  CHECK(eventually([&] { return received.count() == 2; }));
}

TEST_CASE("a failure is sent once, and does not end the subscription") {
  FakeEngine engine;
  Received received;
  std::atomic<int> reports = 0;
  Hub hub({.interval = milliseconds(1), .report = [&](const std::string&) { ++reports; }});
  engine.set("a", "fail");
  (void)hub.subscribe(live_query(engine, "watch a"), received.deliver());
  REQUIRE(eventually([&] { return received.count() == 1; }));
  CHECK(received.last().find(R"("code":"data-exception")") != std::string::npos);
  REQUIRE(polled_again(hub, 5));
  CHECK(received.count() == 1);
  CHECK(reports == 0);
  engine.set("a", "crash");
  REQUIRE(eventually([&] { return received.count() == 2; }));
  CHECK(received.last().find("secret") == std::string::npos);
  CHECK(reports > 0);
  engine.set("a", "1");
  CHECK(eventually([&] { return received.last() == R"({"data":{"a":"1"}})"; }));
}

TEST_CASE("streams are never shared, and wait until their subscriber is ready for more") {
  FakeEngine engine;
  engine.set("n", "5");
  Received first, second;
  Hub hub({.interval = milliseconds(1)});
  const auto id = hub.subscribe(live_query(engine, "count n"), first.deliver());
  REQUIRE(eventually([&] { return first.count() == 1; }));
  CHECK(first.last() == R"({"data":{"n":[1,2,3]}})");
  (void)hub.subscribe(live_query(engine, "count n"), second.deliver());
  REQUIRE(eventually([&] { return second.count() == 1; }));
  CHECK(second.last() == R"({"data":{"n":[1,2,3]}})");
  CHECK(hub.figures().cohorts == 2);
  CHECK(first.count() == 1);
  hub.received(id);
  REQUIRE(eventually([&] { return first.count() == 2; }));
  CHECK(first.last() == R"({"data":{"n":[4,5]}})");
  hub.received(id);
  REQUIRE(polled_again(hub));
  CHECK(first.count() == 2);
  engine.set("n", "6");
  CHECK(eventually([&] { return first.count() == 3; }));
}

// A stream of so many rows that all read alike, one at a time.
class Alike final : public engine::LiveQuery {
 public:
  explicit Alike(int rows) : rows_(rows) {}
  const std::string& key() const override { return key_; }
  bool is_stream() const override { return true; }
  std::optional<std::string> poll(backend::Room&) override {
    if (rows_ == 0) return std::nullopt;
    --rows_;
    return R"({"data":{"a":[{"level":"info"}]}})";
  }

 private:
  const std::string key_;
  int rows_;
};

TEST_CASE("a stream sends every batch, even if it equals the last") {
  Received received;
  Hub hub({.interval = milliseconds(1), .version = [] { return std::optional<std::uint64_t>(1); }});
  const auto id = hub.subscribe(std::make_unique<Alike>(5), received.deliver());
  for (std::size_t batch = 1; batch <= 5; ++batch) {
    REQUIRE(eventually([&] { return received.count() == batch; }));
    CHECK(hub.figures().polls_skipped == 0);
    hub.received(id);
  }
  REQUIRE(eventually([&] { return hub.figures().polls_skipped > 5; }));
  CHECK(received.count() == 5);
}

}  // namespace
}  // namespace edo::live
