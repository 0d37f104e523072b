// Live queries: polls the database for all subscribers and notifies them when a result changes.
//
// Subscriptions with the same key share a poll. Polls run in a few separate threads, which bounds
// their load on the database. If the database can tell cheaply that nothing was committed since the
// last poll, the poll is skipped. Any thread may use a Hub.
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
#include "tools/server/live/socket.hpp"

namespace edo::live {

struct HubOptions {
  std::chrono::milliseconds interval{1000};
  std::size_t threads = 2;
  // A number that changes with every commit; nothing if it is unknown. Called by one thread at a
  // time. Empty: always unknown.
  std::function<std::optional<std::uint64_t>()> version = {};
  // Counts results until all subscribers have received them.
  std::shared_ptr<backend::Memory> memory =
      std::make_shared<backend::Memory>(engine::kDefaultMemory);
  // Gets the details of a failed poll, which the client does not get.
  std::function<void(const std::string&)> report = [](const std::string&) {};
};

struct HubFigures {
  std::size_t subscriptions = 0;
  std::size_t cohorts = 0;  // different live queries, and streams
  std::uint64_t polls = 0;
  std::uint64_t polls_skipped = 0;
  std::uint64_t answers = 0;  // sent to subscribers
};

class Hub {
 public:
  using Deliver = std::function<void(Answer)>;
  using Id = std::uint64_t;

  explicit Hub(HubOptions options);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();  // stop()

  // Calls `deliver` with the first result, and then with each one that differs from the last, or
  // with all rows of a stream. {"errors": …} is a result as well. The call comes from another
  // thread and must not block; a last call may happen while unsubscribe() returns.
  [[nodiscard]] Id subscribe(std::unique_ptr<engine::LiveQuery> query, Deliver deliver);
  void unsubscribe(Id id);

  // The subscriber of a stream is ready for more rows: after each result the stream waits for this.
  void received(Id id);

  [[nodiscard]] HubFigures figures() const;

  // Ends the threads after their current polls.
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
  // The result to deliver, which may be an error; null if there is none.
  [[nodiscard]] Answer next_result(Cohort& cohort, std::optional<std::uint64_t> version);
  [[nodiscard]] Answer poll_query(Cohort& cohort);
  [[nodiscard]] static std::vector<Deliver> subscribers_to_notify(Cohort& cohort,
                                                                  const std::string& answer,
                                                                  const std::vector<Id>& newcomers);
  void schedule(const std::shared_ptr<Cohort>& cohort, Time time);
  [[nodiscard]] std::optional<std::uint64_t> version();

  const HubOptions options_;
  std::mutex version_mutex_;
  mutable std::mutex mutex_;  // guards everything below
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
