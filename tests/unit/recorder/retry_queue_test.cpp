#include "recorder/retry_queue.hpp"

#include <catch2/catch.hpp>

namespace edo::recorder {
namespace {

using std::chrono::milliseconds;

Change line() {
  Change change;
  change.start(ChangeKind::log);
  change.add(std::string_view("a line"));
  return change;
}

TEST_CASE("queued calls are counted once, as stored or as dropped") {
  const Options options;
  RetryQueue queue(options);
  for (int i = 0; i < 5; ++i) REQUIRE(queue.push(line()));
  queue.settle(3, 2);
  queue.drop_one();
  CHECK(queue.size() == 2);
  const auto settled = queue.take_settled();
  CHECK(settled.stored == 2);
  CHECK(settled.dropped == 2);
  const auto later = queue.take_settled();
  CHECK(later.stored + later.dropped == 0);
}

TEST_CASE(
    "pauses double up to a second while the store refuses calls, and only the first is news") {
  const Options options;
  RetryQueue queue(options);
  CHECK(queue.refused());
  CHECK_FALSE(queue.must_pause());  // no call is queued
  REQUIRE(queue.push(line()));
  CHECK_FALSE(queue.refused());
  CHECK(queue.pause() == 4 * RetryQueue::kFirstPause);
  for (int i = 0; i < 10; ++i) CHECK_FALSE(queue.refused());
  CHECK(queue.pause() == RetryQueue::kLongestPause);
  CHECK(queue.must_pause());
  queue.end_pause();
  CHECK_FALSE(queue.must_pause());
  CHECK(queue.succeeded());
  CHECK_FALSE(queue.succeeded());
  CHECK(queue.pause() == RetryQueue::kFirstPause);
}

TEST_CASE("calls share a commit for a time that begins with the first") {
  Options options;
  options.commit_within = std::chrono::hours(1);
  RetryQueue queue(options);
  CHECK_FALSE(queue.time_to_share());
  const Change change = line();
  Call call{.change = &change};
  Call* const calls[] = {&call};
  bool first = false;
  CHECK(queue.may_share(calls, first));
  CHECK(first);
  REQUIRE(queue.push(change));
  CHECK(queue.may_share(calls, first));
  CHECK_FALSE(first);
  CHECK(queue.time_to_share() > milliseconds(std::chrono::minutes(59)));
  queue.stop_sharing();
  CHECK_FALSE(queue.time_to_share());
  CHECK_FALSE(queue.may_share(calls, first));
}

}  // namespace
}  // namespace edo::recorder
