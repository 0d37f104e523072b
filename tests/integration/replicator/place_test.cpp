// A store that is rotated and restored under a replicator that runs, while hosts record into it.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "fault_fixture.hpp"
#include "fixture.hpp"
#include "support/conservation.hpp"
#include "support/store_rows.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

nlohmann::json edo_answer(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), EDO_PROGRAM);
  arguments.emplace_back("--json");
  const Result result = run({.argv = arguments, .environment = {{"EDO_STORE", std::nullopt}}});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return nlohmann::json::parse(result.out);
}

FoundRows rows_of_database(const std::string& url) {
  FoundRows found;
  for (const auto& [table, sql] : kOracleQueries) {
    for (const auto& row :
         query(url, "SET search_path = event_detector_observability; " + std::string(sql))) {
      put(found, table, row.at(0), {row.at(1), row.at(2)});
    }
  }
  return found;
}

}  // namespace

TEST_CASE("a store that is rotated and restored under a running replicator arrives whole") {
  const bool in_watched_folder = GENERATE(true, false);
  const TemporaryDirectory directory;
  const std::string here = directory / "here";
  const std::string away = directory / "away";
  fs::create_directory(here);
  fs::create_directory(away);
  const std::string store = here + "/telemetry.db";
  const std::string url = migrated_database();
  Process daemon(replicator({"run", "--store", in_watched_folder ? here : store, "--to", url,
                             "--interval", "10ms", "--retry-delay", "10ms"}));
  std::vector<Process> hosts;
  for (const char* seed : {"1", "2"}) {
    hosts.emplace_back(Command{.argv = {EDO_CRASH_HOST, store, "1", seed}});
    REQUIRE(hosts.back().wait_for_output("\n"));
  }
  const auto goes_on = [&] {
    const auto shipped = rows_at(url);
    CAPTURE(daemon.err());
    REQUIRE(eventually([&] { return rows_at(url) > shipped; }, kPatience));
  };
  std::vector<std::string> old;
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    goes_on();
    if (round == 1) {
      const std::string copy = away + "/copy.zst";
      (void)edo_answer({"backup", store, copy});
      goes_on();
      old.push_back(edo_answer({"restore", copy, store})["old_store"]);
    } else if (in_watched_folder) {
      old.push_back(edo_answer({"rotate", store})["moved_to"]);
    } else {
      old.push_back(
          edo_answer({"rotate", store, away + "/" + std::to_string(round) + ".db"})["moved_to"]);
    }
    // In a watched folder the daemon may have it open by now.
    if (!in_watched_folder) CHECK_FALSE(fs::exists(old.back() + "-wal"));
    REQUIRE(eventually([&] { return fs::exists(store); }));
  }
  goes_on();
  Ledger ledger;
  for (auto& host : hosts) {
    host.kill();
    ledger.add(host.wait().out);
  }
  daemon.kill(SIGTERM);
  const Result ended = daemon.wait();
  INFO(ended.err);
  CHECK(ended.exit_code == 0);
  // As rotate and restore say.
  for (const auto& each : old) require_done({"run", "--once", "--store", each, "--to", url});
  require_done({"run", "--once", "--store", store, "--to", url});
  old.push_back(store);
  for (const auto& each : old) CHECK(integrity(each) == "ok");
  std::vector<std::string> missing;
  // A restored store may have begun what it knew from before anew.
  for (const auto& violation : ledger.violations(rows_of_database(url))) {
    if (violation.find(" is missing;") != std::string::npos) missing.push_back(violation);
  }
  CHECK(missing == std::vector<std::string>{});
  CHECK(ledger.size() > 100);
}

TEST_CASE(
    "what is planted in the place of a replicator's lock is neither followed nor waited for") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  const std::string lock = store.path() + "-replicator";
  const std::string victim = directory / "victim";
  write_file(victim, "precious");
  SECTION("a link") { fs::create_symlink(victim, lock); }
  SECTION("a folder") { fs::create_directory(lock); }
  const Result result = run_replicator({"run", "--once", "--store", store.path(), "--to", url});
  CHECK(result.exit_code == 1);
  CHECK_THAT(only_line(result), Contains(lock) && Contains("remove it"));
  CHECK(read_file(victim) == "precious");
  fs::remove(lock);
  ship(store.path(), url);
  CHECK(fs::is_regular_file(lock));
}
