// Hosts are killed at random moments; what they were told is stored must be there.
//
// EDO_CRASH_ROUNDS says how often (50), EDO_CRASH_SEED repeats a run.
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include "edo/recorder.hpp"
#include "support/conservation.hpp"
#include "support/environment.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/store_rows.hpp"

namespace edo::testing {
namespace {

// A store grows with every round, and so does the work of looking through all of it.
constexpr int kRoundsPerStore = 50;

// Runs one or two hosts on the store and kills them, one after the other.
void run_hosts(const std::string& store, Ledger& ledger, std::mt19937& random) {
  const auto pick = [&](int from, int to) {
    return std::uniform_int_distribution<int>(from, to)(random);
  };
  const auto some_time = [&] {
    std::this_thread::sleep_for(std::chrono::microseconds(pick(0, 30'000)));
  };
  std::vector<Process> hosts;
  for (int i = pick(1, 2); i > 0; --i) {
    hosts.emplace_back(Command{.argv = {EDO_CRASH_HOST, store, std::to_string(pick(1, 4)),
                                        std::to_string(pick(1, 1'000'000))}});
  }
  // Now and then a host dies while it opens the store.
  if (pick(1, 5) > 1) {
    for (auto& host : hosts) {
      const bool recording = host.wait_for_output("\n");
      INFO(host.err());
      REQUIRE(recording);
    }
  }
  for (auto& host : hosts) {
    some_time();
    host.kill();
    const Result result = host.wait();
    INFO(result.err);
    REQUIRE(result.signal == SIGKILL);
    ledger.add(result.out);
  }
}

void check_rows(const std::string& store, const Ledger& ledger) {
  // A host that died while it made the store acknowledged nothing; there may not even be a file.
  if (ledger.size() == 0) return;
  REQUIRE(integrity(store) == "ok");
  storage::Database database = open_to_look(store);
  CHECK(ledger.violations(rows_of_store(database)) == std::vector<std::string>{});
}

// All hosts are dead: opening the store must say so, with counts that agree with the rows.
void check_recovery(const std::string& store) {
  { const Recorder recorder({.store = store}); }
  CHECK(count(store, "writers WHERE ended_at IS NULL") == 0);
  CHECK(count(store, "invocations WHERE status = 'running'") == 0);
  CHECK(count(store, "event_executions WHERE status IN ('detecting', 'handling')") == 0);
  CHECK(count(store, "job_executions WHERE status = 'running'") == 0);
  CHECK(count(store,
              "invocations i LEFT JOIN (SELECT invocation_id, count(*) AS n,"
              " sum(status = 'completed') AS good, sum(status IN ('failed', 'crashed')) AS bad"
              " FROM job_executions GROUP BY 1) j ON j.invocation_id = i.id"
              " WHERE (total_jobs_run, total_jobs_succeeded, total_jobs_failed)"
              " IS NOT (coalesce(n, 0), coalesce(good, 0), coalesce(bad, 0))") == 0);
  CHECK(count(store,
              "event_executions e LEFT JOIN (SELECT event_execution_id, count(*) AS n,"
              " sum(status = 'completed') AS good, sum(status IN ('failed', 'crashed')) AS bad"
              " FROM job_executions GROUP BY 1) j ON j.event_execution_id = e.id"
              " WHERE (jobs_count, jobs_succeeded, jobs_failed)"
              " IS NOT (coalesce(n, 0), coalesce(good, 0), coalesce(bad, 0))") == 0);
  CHECK(count(store,
              "invocations i LEFT JOIN (SELECT invocation_id, count(*) AS n FROM event_executions"
              " WHERE detected GROUP BY 1) e ON e.invocation_id = i.id"
              " WHERE events_detected_count <> coalesce(n, 0)") == 0);
  CHECK(count(store,
              "(SELECT 'invocations', id FROM invocations"
              " UNION ALL SELECT 'event_executions', id FROM event_executions"
              " UNION ALL SELECT 'job_executions', id FROM job_executions"
              " UNION ALL SELECT 'job_logs', id FROM job_logs"
              " EXCEPT SELECT entity, row FROM outbox)") == 0);
}

TEST_CASE("what was acknowledged survives kill -9, and what was running becomes crashed") {
  const unsigned rounds = number_from("EDO_CRASH_ROUNDS", 50);
  const unsigned seed = number_from("EDO_CRASH_SEED", std::random_device{}());
  std::cout << "EDO_CRASH_SEED=" << seed << std::endl;
  std::mt19937 random(seed);
  std::size_t acknowledged = 0;
  for (unsigned done = 0; done < rounds;) {
    const TemporaryDirectory directory;
    const std::string store = directory / "telemetry.db";
    Ledger ledger;
    for (int i = 0; i < kRoundsPerStore && done < rounds; ++i, ++done) {
      INFO("round " << done);
      run_hosts(store, ledger, random);
      // Often the next hosts find the store as the dead ones left it.
      if (random() % 2 == 0) {
        check_rows(store, ledger);
      } else if (random() % 2 == 0) {
        check_recovery(store);
      }
    }
    check_recovery(store);
    check_rows(store, ledger);
    if (ledger.size() > 0) CHECK(count(store, "writers WHERE outcome = 'crashed'") > 0);
    acknowledged += ledger.size();
  }
  std::cout << acknowledged << " acknowledged rows survived " << rounds << " rounds" << std::endl;
}

TEST_CASE("a host that records at full speed leaves others their turn") {
  const TemporaryDirectory directory;
  const std::string store = directory / "telemetry.db";
  Process busy(Command{.argv = {EDO_CRASH_HOST, store, "4", "1"}});
  REQUIRE(busy.wait_for_output("\n"));
  int stored = 0;
  {
    Recorder recorder({.store = store});
    for (int i = 0; i < 100; ++i) {
      auto invocation = recorder.start_invocation({.source_function = "slow"});
      stored += invocation.complete() == Outcome::stored;
    }
    CHECK(busy.running());
    CHECK(recorder.health().dropped == 0);
  }
  // On a loaded machine one may wait in vain now and then, and is stored with the next one.
  CHECK(stored > 80);
  CHECK(count(store, "invocations WHERE source_function = 'slow' AND status = 'completed'") == 100);
}

}  // namespace
}  // namespace edo::testing
