#include "tables/prune.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "edo/recorder.hpp"
#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/store_rows.hpp"
#include "tables/outbox.hpp"

namespace edo::tables {
namespace {

constexpr base::Micros kHour = 3'600'000'000;

// One invocation each hour, with an event, a job and a log line: five rows of telemetry at least.
class PrunedStore {
 public:
  enum class End { complete, fail, time_out, none };

  // The id of the invocation.
  std::string record(End end = End::complete) {
    now_ += kHour;
    auto invocation = recorder_.start_invocation({.source_function = "f"});
    auto event = invocation.start_event({.event_name = "e"});
    event.detected();
    auto job = event.start_job({.job_name = "j"});
    job.log(LogLevel::info, "x");
    job.complete();
    event.complete();
    const std::string id = invocation.id();
    if (end == End::complete) invocation.complete();
    if (end == End::fail) invocation.fail({.message = "no"});
    if (end == End::time_out) invocation.time_out();
    if (end == End::none) running_.push_back(std::move(invocation));
    return id;
  }
  void ship() {
    Outbox outbox(database_);
    outbox.trim(outbox.newest());
  }
  // Everything up to now.
  [[nodiscard]] PruneRequest all() const {
    PruneRequest request;
    request.older_than = request.failures_older_than = base::format_timestamp(now_ + 1);
    return request;
  }
  [[nodiscard]] std::string hours_ago(int hours) const {
    return base::format_timestamp(now_ - hours * kHour);
  }
  // How many invocations went.
  std::uint64_t prune(const PruneRequest& request) {
    Pruning pruning(request);
    std::uint64_t gone = 0;
    while (pruning.find(database_, 1000) > 0) gone += pruning.remove(database_, 1000)[0];
    while (pruning.find_orphans(database_, 1000) > 0) (void)pruning.remove(database_, 1000);
    return gone;
  }
  [[nodiscard]] std::vector<std::string> left() {
    std::vector<std::string> ids;
    for (const auto& row :
         testing::rows(database_, "SELECT id FROM invocations ORDER BY created_at")) {
      ids.push_back(row.at("id"));
    }
    return ids;
  }
  [[nodiscard]] std::int64_t rows() {
    return database_
        .integer(
            "SELECT (SELECT count(*) FROM invocations) + (SELECT count(*) FROM event_executions)"
            " + (SELECT count(*) FROM job_executions) + (SELECT count(*) FROM job_logs)")
        .value();
  }
  storage::Database& database() { return database_; }

 private:
  static Options options(const std::string& path, const base::Micros* now) {
    Options options;
    options.store = path;
    options.clock = [now] { return base::timestamp(*now); };
    return options;
  }
  static storage::OpenOptions writing() {
    storage::OpenOptions options;
    options.access = storage::Access::read_write;
    return options;
  }

  testing::TemporaryDirectory directory_;
  base::Micros now_ = base::parse_timestamp("2026-03-01T00:00:00Z").value();
  Recorder recorder_{options(directory_ / "telemetry.db", &now_)};
  storage::Database database_ = storage::open_store(directory_ / "telemetry.db", writing());
  std::vector<Invocation> running_;
};

using End = PrunedStore::End;
using Ids = std::vector<std::string>;

TEST_CASE("old invocations go with all that is under them") {
  PrunedStore store;
  store.record();
  const std::string kept = store.record();
  store.ship();
  PruneRequest request = store.all();
  request.older_than = request.failures_older_than = store.hours_ago(0);  // the last is not older
  Pruning pruning(request);
  CHECK(pruning.old_enough(store.database()) == 1);
  CHECK(pruning.find(store.database(), 10) == 1);
  CHECK(pruning.found() == 1);
  CHECK(pruning.count(store.database()) == Pruning::Rows{1, 1, 1, 1});
  CHECK(store.rows() == 8);
  CHECK(pruning.remove(store.database(), 10) == Pruning::Rows{1, 1, 1, 1});
  CHECK(pruning.found() == 0);
  CHECK(pruning.unshipped() == 0);
  CHECK(store.left() == Ids{kept});
  CHECK(store.rows() == 4);
  CHECK(pruning.find(store.database(), 10) == 0);
}

TEST_CASE("what has not been shipped is kept, whichever of its rows it is") {
  PrunedStore store;
  const std::string first = store.record();
  const std::string second = store.record();
  const std::string third = store.record();
  const std::string fourth = store.record();
  store.ship();
  store.database().execute("UPDATE job_logs SET message = 'y' WHERE invocation_id = '" + first +
                           "'; UPDATE job_executions SET result = '1' WHERE invocation_id = '" +
                           second +
                           "'; UPDATE event_executions SET event_name = 'y' WHERE"
                           " invocation_id = '" +
                           third + "'");
  CHECK(store.prune(store.all()) == 1);
  CHECK(store.left() == Ids{first, second, third});
  Pruning again(store.all());
  CHECK(again.old_enough(store.database()) == 3);
  CHECK(again.find(store.database(), 10) == 3);
  CHECK(again.found() == 0);
  CHECK(again.unshipped() == 3);
  PruneRequest forced = store.all();
  forced.unshipped_too = true;
  CHECK(store.prune(forced) == 3);
  CHECK(store.rows() == 0);
}

TEST_CASE("what changes between looking and deleting is kept") {
  PrunedStore store;
  const std::string late_line = store.record();
  const std::string late_job = store.record();
  const std::string gone = store.record();
  store.ship();
  Pruning pruning(store.all());
  CHECK(pruning.find(store.database(), 10) == 3);
  store.database().execute("UPDATE job_logs SET message = 'y' WHERE invocation_id = '" + late_line +
                           "'");
  CHECK(pruning.remove(store.database(), 1)[0] == 0);
  store.database().execute("UPDATE job_executions SET result = '1' WHERE invocation_id = '" +
                           late_job + "'");
  CHECK(pruning.remove(store.database(), 10) == Pruning::Rows{1, 1, 1, 1});
  CHECK(pruning.found() == 0);
  CHECK(pruning.unshipped() == 2);
  CHECK(store.left() == Ids{late_line, late_job});
  CHECK(store.rows() == 8);
}

TEST_CASE("one connection looks and another deletes") {
  PrunedStore store;
  for (int i = 0; i < 3; ++i) store.record();
  store.ship();
  Pruning pruning(store.all());
  {
    storage::Database other =
        storage::open_store(store.database().path(), {.access = storage::Access::read_write});
    CHECK(pruning.find(other, 10) == 3);
  }
  CHECK(pruning.remove(store.database(), 2) == Pruning::Rows{2, 2, 2, 2});
  CHECK(pruning.remove(store.database(), 2) == Pruning::Rows{1, 1, 1, 1});
  CHECK(pruning.found() == 0);
  CHECK(store.rows() == 0);
}

TEST_CASE("what has lost its invocation or its job goes as well") {
  PrunedStore store;
  const std::string first = store.record(End::fail);
  const std::string second = store.record();
  const std::string third = store.record();
  const std::string kept = store.record();
  store.database().execute("DELETE FROM invocations WHERE id = '" + first +
                           "'; DELETE FROM job_executions WHERE invocation_id IN ('" + second +
                           "', '" + kept +
                           "'); DELETE FROM event_executions WHERE invocation_id"
                           " = '" +
                           third + "'");
  CHECK(store.prune(store.all()) == 0);  // All of it is still to be shipped.
  CHECK(store.rows() == 3 + 3 + 3 + 3);
  store.ship();
  PruneRequest request = store.all();
  request.failures_older_than = store.hours_ago(100);
  SECTION("but not before a failure would") {
    CHECK(store.prune(request) == 3);
    CHECK(store.left().empty());
    CHECK(store.rows() == 3 + 1 + 1);
  }
  SECTION("not while it runs, nor what was changed meanwhile") {
    store.database().execute(
        "UPDATE job_executions SET status = 'running' WHERE invocation_id = '" + first +
        "'; UPDATE job_logs SET message = 'y' WHERE invocation_id = '" + kept + "'");
    Pruning pruning(store.all());
    CHECK(pruning.find_orphans(store.database(), 10) == 2);
    CHECK(pruning.found() == 1);
    CHECK(pruning.unshipped() == 1);
    CHECK(pruning.remove(store.database(), 10) == Pruning::Rows{0, 0, 0, 1});
    store.ship();
    CHECK(store.prune(store.all()) == 3);
    CHECK(store.rows() == 3);
  }
  SECTION("a few at a time") {
    Pruning pruning(store.all());
    CHECK(pruning.find_orphans(store.database(), 2) == 2);
    CHECK(pruning.remove(store.database(), 2) == Pruning::Rows{0, 1, 1, 2});
    CHECK(pruning.find_orphans(store.database(), 2) == 1);
    CHECK(pruning.remove(store.database(), 2) == Pruning::Rows{0, 0, 0, 1});
    CHECK(pruning.find_orphans(store.database(), 2) == 0);
    CHECK(store.prune(store.all()) == 3);
    CHECK(store.rows() == 0);
  }
}

TEST_CASE("failures are kept longer, and what still runs for ever") {
  PrunedStore store;
  store.record(End::complete);
  const std::string failed = store.record(End::fail);
  const std::string timed_out = store.record(End::time_out);
  const std::string running = store.record(End::none);
  store.ship();
  PruneRequest request = store.all();
  request.failures_older_than = store.hours_ago(100);
  CHECK(store.prune(request) == 1);
  CHECK(store.left() == Ids{failed, timed_out, running});
  request.failures_older_than = store.hours_ago(1);  // older than the time-out, which is kept
  CHECK(store.prune(request) == 1);
  CHECK(store.left() == Ids{timed_out, running});
  store.database().execute("UPDATE invocations SET status = 'crashed' WHERE id = '" + timed_out +
                           "'");
  store.ship();
  CHECK(store.prune(store.all()) == 1);
  CHECK(store.left() == Ids{running});
  PruneRequest forced = store.all();
  forced.unshipped_too = true;
  CHECK(store.prune(forced) == 0);
}

TEST_CASE("an ended invocation stays while something under it runs") {
  const auto [table, running] =
      GENERATE(std::pair{"job_executions", "running"}, std::pair{"event_executions", "detecting"},
               std::pair{"event_executions", "handling"});
  PrunedStore store;
  const std::string late = store.record(End::time_out);
  store.record();
  PruneRequest request = store.all();
  request.unshipped_too = GENERATE(false, true);
  const auto start_again = [&, table = table, running = running] {
    store.database().execute(std::string("UPDATE ") + table + " SET status = '" + running +
                             "' WHERE invocation_id = '" + late + "'");
  };
  Pruning pruning(request);
  SECTION("when it is looked for") {
    start_again();
    store.ship();
    CHECK(pruning.old_enough(store.database()) == 1);
    CHECK(pruning.find(store.database(), 10) == 1);
  }
  SECTION("from then on") {
    store.ship();
    CHECK(pruning.find(store.database(), 10) == 2);
    start_again();
    store.ship();  // so that the outbox does not tell
  }
  CHECK(pruning.remove(store.database(), 10) == Pruning::Rows{1, 1, 1, 1});
  CHECK(store.left() == Ids{late});
  CHECK(store.rows() == 4);
}

TEST_CASE("pruning continues from where it was, past what must stay") {
  PrunedStore store;
  Ids all;
  for (int i = 0; i < 5; ++i) all.push_back(store.record());
  store.ship();
  store.database().execute("UPDATE invocations SET context_data = '1' WHERE id IN ('" + all[0] +
                           "', '" + all[1] + "')");
  Pruning pruning(store.all());
  CHECK(pruning.find(store.database(), 2) == 2);
  CHECK(pruning.found() == 0);
  CHECK(pruning.unshipped() == 2);
  CHECK(pruning.find(store.database(), 2) == 2);
  CHECK(pruning.found() == 2);
  CHECK(pruning.remove(store.database(), 2)[0] == 2);
  CHECK(pruning.find(store.database(), 2) == 1);
  CHECK(pruning.remove(store.database(), 2)[0] == 1);
  CHECK(pruning.find(store.database(), 2) == 0);
  CHECK(store.left() == Ids{all[0], all[1]});
}

TEST_CASE("no more is deleted than was asked for, the oldest first") {
  PrunedStore store;
  Ids all;
  for (int i = 0; i < 5; ++i) all.push_back(store.record());
  store.ship();
  store.database().execute("UPDATE invocations SET context_data = '1' WHERE id = '" + all[0] + "'");
  Pruning pruning(store.all());
  pruning.find(store.database(), 1000);
  CHECK(pruning.remove(store.database(), 2)[0] == 2);
  CHECK(pruning.found() == 2);
  CHECK(pruning.unshipped() == 1);
  CHECK(store.left() == Ids{all[0], all[3], all[4]});
}

TEST_CASE("pruning is nothing that the central database should hear of") {
  PrunedStore store;
  store.record();
  store.ship();
  const auto before = Outbox(store.database()).newest();
  CHECK(store.prune(store.all()) == 1);
  CHECK(Outbox(store.database()).newest() == before);
}

TEST_CASE("the outbox forgets rows that are gone, but never its newest line") {
  PrunedStore store;
  store.record();
  Outbox outbox(store.database());
  const auto newest = outbox.newest();
  const auto pending = outbox.pending_lines();
  CHECK(outbox.forget_deleted(0, newest) == 0);
  PruneRequest forced = store.all();
  forced.unshipped_too = true;
  CHECK(store.prune(forced) == 1);
  CHECK(outbox.forget_deleted(0, 2) == 2);
  CHECK(outbox.forget_deleted(0, newest) == static_cast<std::uint64_t>(pending) - 3);
  CHECK(outbox.newest() == newest);
  CHECK(outbox.watermark() == 0);
  CHECK(outbox.pending_lines() == 1);
  store.record();
  CHECK(outbox.pending_lines() == pending + 1);
}

}  // namespace
}  // namespace edo::tables
