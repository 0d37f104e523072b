#include "recorder/queue.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace edo::recorder {
namespace {

Change line(std::string_view message) {
  Change change;
  change.start(ChangeKind::log);
  change.add(std::string_view("id"));
  change.add(std::int64_t{7});
  change.add_null();
  change.add_recorder();
  change.add(message);
  return change;
}

TEST_CASE("a queue gives back what was put in, in order") {
  Queue queue(1 << 20);
  CHECK(queue.empty());
  REQUIRE(queue.push(line("first")));
  REQUIRE(queue.push(line("second")));
  CHECK(queue.size() == 2);
  const Change& first = queue[0];
  REQUIRE(first.size() == 5);
  CHECK(first.kind() == ChangeKind::log);
  CHECK(first[0].text == "id");
  CHECK(first[1].kind == Value::Kind::integer);
  CHECK(first[1].integer == 7);
  CHECK(first[2].kind == Value::Kind::null);
  CHECK(first[3].kind == Value::Kind::recorder);
  CHECK(first[4].text == "first");
  queue.pop(1);
  CHECK(queue[0][4].text == "second");
  queue.pop(1);
  CHECK(queue.empty());
  CHECK(queue.bytes() == 0);
}

TEST_CASE("a queue takes nothing beyond its bound, and has room again when something has left") {
  Queue queue(10'000);
  int count = 0;
  while (queue.push(line(std::string(1000, 'x')))) ++count;
  CHECK(count > 2);
  CHECK(count < 10);
  CHECK(queue.bytes() <= 10'000);
  CHECK(queue.size() == static_cast<std::size_t>(count));
  queue.pop(1);
  CHECK(queue.push(line(std::string(1000, 'x'))));
  CHECK_FALSE(queue.push(line(std::string(20'000, 'x'))));
}

TEST_CASE("memory that a thread keeps from an earlier call does not go into the queue") {
  Queue queue(10'000);
  Change change;
  change.start(ChangeKind::start_invocation);
  for (int i = 0; i < 10; ++i) change.add(std::string(100'000, 'x'));
  change.start(ChangeKind::log);
  change.add(std::string_view("short"));
  change.add(std::int64_t{1});
  REQUIRE(queue.push(change));
  CHECK(queue.bytes() < 2'000);
  const Change& kept = queue[0];
  for (std::size_t i = 1; i < Change::kMaxValues; ++i) CHECK(kept[i].text.empty());
}

}  // namespace
}  // namespace edo::recorder
