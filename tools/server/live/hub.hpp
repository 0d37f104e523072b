// Live queries: asks the database again and again on behalf of all subscribers, and tells them when
// the answer has changed.
//
// Subscriptions with the same key are one poll. Polls run in threads of their own, so however many
// there are, they take no more of the database than that. Where the database can tell cheaply that
// nothing was committed since the last time, a due poll is not even made. Any thread may use a Hub.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include "tools/server/engine/engine.hpp"

namespace edo::live {

using Answer = std::shared_ptr<const std::string>;  // shared by all who are told it

struct HubOptions {
  std::chrono::milliseconds interval{1000};
  std::size_t threads = 2;
  // A number that differs from before when anything was committed in between; nothing if that is
  // not known. Called by one thread at a time. Empty: always unknown.
  std::function<std::optional<std::uint64_t>()> version = {};
  // What the client is not told of a failed poll.
  std::function<void(const std::string&)> report = [](const std::string&) {};
};

struct HubFigures {
  std::size_t subscriptions = 0;
  std::size_t cohorts = 0;  // different live queries, and streams
  std::uint64_t polls = 0;
  std::uint64_t polls_skipped = 0;
  std::uint64_t answers = 0;  // told to subscribers
};

class Hub {
 public:
  using Deliver = std::function<void(Answer)>;
  using Id = std::uint64_t;

  explicit Hub(HubOptions options);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();  // stop()

  // Calls `deliver` with the first answer as soon as there is one, and with each that differs from
  // the last, or with all rows of a stream; {"errors": …} is an answer as well. It is called in
  // another thread and must not block; a last call may still come while unsubscribe() returns.
  [[nodiscard]] Id subscribe(std::unique_ptr<engine::LiveQuery> query, Deliver deliver);
  void unsubscribe(Id id);

  // The subscriber of a stream is ready for more: after each answer the stream waits for this.
  void received(Id id);

  [[nodiscard]] HubFigures figures() const;

  // Ends the threads, after the polls that run.
  void stop();

 private:
  struct Cohort;
  using Time = std::chrono::steady_clock::time_point;

  struct Due {
    Time time;
    std::weak_ptr<Cohort> cohort;
    std::uint64_t turn;
    bool operator<(const Due& other) const { return time > other.time; }  // earliest on top
  };

  void run();
  void poll(const std::shared_ptr<Cohort>& cohort, std::unique_lock<std::mutex>& lock);
  // The answer to tell, also of a failure.
  [[nodiscard]] std::optional<std::string> next_result(Cohort& cohort,
                                                       std::optional<std::uint64_t> version);
  [[nodiscard]] static std::vector<Deliver> subscribers_to_notify(Cohort& cohort,
                                                                  const std::string& answer,
                                                                  const std::vector<Id>& newcomers);
  void schedule(const std::shared_ptr<Cohort>& cohort, Time time);
  [[nodiscard]] std::optional<std::uint64_t> version();

  const HubOptions options_;
  std::mutex version_mutex_;
  mutable std::mutex mutex_;  // all that follows
  std::condition_variable changed_;
  std::map<std::string, std::weak_ptr<Cohort>> by_key_;
  std::map<Id, std::shared_ptr<Cohort>> by_id_;  // a cohort lives as long as its subscribers
  std::priority_queue<Due> due_;
  Id last_id_ = 0;
  HubFigures figures_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace edo::live
