#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "edo.hpp"
#include "old_store.hpp"
#include "sample_store.hpp"
#include "storage/space.hpp"
#include "support/files.hpp"
#include "support/wait.hpp"

namespace edo::testing {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Json = nlohmann::json;

Json pruned(const OldStore& store, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "prune");
  arguments.insert(arguments.end(), {"--json", "--store", store.path});
  const Result result = edo(arguments);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return Json::parse(result.out);
}

Json rows(int invocations) {
  return {{"invocations", invocations},
          {"event_executions", invocations},
          {"job_executions", invocations},
          {"job_logs", 2 * invocations}};
}

TEST_CASE("prune deletes old invocations and counts the rows of each table") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(30, 40);
  store.record(20, 40, true);
  store.record(10, 2);
  store.ship();

  const Json counted =
      pruned(store, {"--older-than", "30d", "--keep-failures", "90d", "--dry-run"});
  CHECK(counted["dry_run"] == true);
  CHECK(counted["deleted"] == rows(30));
  CHECK(store.rows() == 300);

  const Json first = pruned(store, {"--older-than", "30d", "--keep-failures", "90d"});
  CHECK(first["dry_run"] == false);
  CHECK(first["deleted"] == rows(30));
  CHECK(first["kept_unshipped"] == 0);
  CHECK(first["outbox_entries"] == 0);
  CHECK(store.rows() == 150);

  const Result text = edo({"prune", "--older-than", "30d", "--store", store.path});
  CHECK(text.exit_code == 0);
  CHECK(text.err.empty());
  CHECK_THAT(text.out, StartsWith("Deleted what was started before ") &&
                           Contains("\n  invocations                 20\n") &&
                           Contains("\n  job_logs                    40\n") && Contains("Freed ") &&
                           Contains("; the file is "));
  CHECK(store.rows() == 50);
  CHECK_THAT(edo({"prune", "--older-than", "30d", "--store", store.path}).out,
             StartsWith("Nothing to delete"));
  CHECK(integrity(store.path) == "ok");
}

TEST_CASE("prune keeps pending invocations and reports them") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  const auto ids = store.record(10, 40);
  store.ship();
  store.change("UPDATE job_logs SET message = 'x' WHERE sequence = 2 AND invocation_id IN ('" +
               ids[0] + "', '" + ids[7] + "')");
  const Result kept = edo({"prune", "--older-than", "30d", "--store", store.path});
  CHECK(kept.exit_code == 0);
  CHECK_THAT(kept.out, Contains("Kept 2 that have not been shipped yet."));
  CHECK(count(store.path, "invocations WHERE id IN ('" + ids[0] + "', '" + ids[7] + "')") == 2);
  CHECK(store.rows() == 10);
  CHECK(pruned(store, {"--older-than", "30d", "--force"})["deleted"] == rows(2));
  CHECK(store.rows() == 0);
}

TEST_CASE("a store that was never shipped anywhere takes --force, and its outbox shrinks as well") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(10, 40);
  store.record(5, 2);
  const long lines = count(store.path, "outbox");
  const Result refused = edo({"prune", "--older-than", "30d", "--store", store.path});
  CHECK(failed_clearly(refused));
  CHECK_THAT(refused.err, Contains("10 invocations are old enough") && Contains("--force"));
  CHECK(store.rows() == 75);
  CHECK(edo({"prune", "--older-than", "60d", "--store", store.path}).exit_code == 0);

  const Json forced = pruned(store, {"--older-than", "30d", "--force"});
  CHECK(forced["deleted"] == rows(10));
  CHECK(store.rows() == 25);
  CHECK(count(store.path, "outbox") == lines - forced["outbox_entries"].get<long>());
  CHECK(count(store.path,
              "outbox WHERE entity = 'job_logs' AND row NOT IN (SELECT id FROM job_logs)") == 0);
  CHECK(value(store.path, "SELECT entity FROM outbox ORDER BY seq LIMIT 1") == "watermark");
}

TEST_CASE("prune keeps running invocations") {
  const TemporaryDirectory directory;
  SampleStore sample(directory / "t.db");
  const OldStore store(sample.path);
  store.ship();
  CHECK(pruned(store, {"--older-than", "0s"})["deleted"]["invocations"] == 3);
  CHECK(value(store.path, "SELECT id FROM invocations") == sample.reports);
  sample.close();  // which finds all that it has to end
  CHECK(value(store.path, "SELECT status FROM invocations") == "completed");
}

TEST_CASE("prune refuses invalid options") {
  const TemporaryDirectory directory;
  REQUIRE(edo({"init", "--store", directory / "t.db"}).exit_code == 0);
  const std::pair<std::vector<std::string>, const char*> wrong[] = {
      {{"prune"}, "--older-than"},
      {{"prune", "--older-than", "old"}, "--older-than: 'old'"},
      {{"prune", "--older-than", "30d", "--keep-failures", "10d"}, "shorter"},
  };
  for (const auto& [arguments, message] : wrong) {
    const Result result = edo(arguments, {{"EDO_STORE", directory / "t.db"}});
    INFO(result.err);
    CHECK(failed_clearly(result, 2));
    CHECK_THAT(result.err, Contains(message));
  }
  CHECK_THAT(edo({"prune", "--older-than", "1d", "--store", directory / "t.db"}).out,
             StartsWith("Nothing to delete: no finished invocation started before"));
}

TEST_CASE("prune makes the file shorter, and vacuum leaves no free page") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(2000, 40);
  store.record(200, 2);
  store.ship();
  const auto file_bytes = [&] {
    open_to_change(store.path).execute("PRAGMA wal_checkpoint(TRUNCATE)");
    return fs::file_size(store.path);
  };
  const auto before = file_bytes();
  const Json pruning = pruned(store, {"--older-than", "30d"});
  const auto after = file_bytes();
  CHECK(after < before / 4);
  CHECK(before - after == pruning["returned_bytes"]);
  // A tenth is left for new rows.
  storage::Database database = open_to_change(store.path);
  CHECK(storage::free_bytes(database) > 0);
  CHECK(storage::free_bytes(database) <= storage::used_bytes(database) / 9);

  const Result vacuum = edo({"vacuum", "--json", "--store", store.path});
  REQUIRE(vacuum.exit_code == 0);
  CHECK(Json::parse(vacuum.out)["bytes_before"] == after);
  CHECK(Json::parse(vacuum.out)["bytes"] == file_bytes());
  CHECK(storage::free_bytes(database) == 0);
  CHECK_THAT(edo({"vacuum", "--store", store.path}).out, Contains(" has no free pages: "));
  CHECK(count(store.path, "invocations") == 200);
  CHECK(integrity(store.path) == "ok");
}

TEST_CASE("hosts record while a store is vacuumed, and lose nothing") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(3000, 40);
  store.change(
      "DELETE FROM invocations; DELETE FROM event_executions; DELETE FROM job_executions;"
      "DELETE FROM job_logs");
  bool whole = false;
  SECTION("in steps") {}
  SECTION("at once") { whole = true; }
  Recorder recorder({.store = store.path});
  std::vector<std::string> arguments{edo_path(), "vacuum", "--store", store.path};
  if (whole) arguments.emplace_back("--whole");
  Process vacuum({.argv = arguments, .environment = plain_environment()});
  int recorded = 0;
  for (; vacuum.running() || recorded < 100; ++recorded) {
    auto invocation = recorder.start_invocation({.source_function = "new"});
    REQUIRE(invocation.complete() != Outcome::dropped);
  }
  const Result result = vacuum.wait();
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("; it had "));
  CHECK(recorder.close().dropped == 0);
  CHECK(count(store.path, "invocations") == recorded);
  CHECK(integrity(store.path) == "ok");
}

TEST_CASE("a store of an older version has to be written anew to shrink") {
  const TemporaryDirectory directory;
  const OldStore store(directory / "t.db");
  make_first_version(store.path);
  store.change(
      "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
      " INSERT INTO outbox (entity, row) SELECT 'job_logs', hex(randomblob(18)) FROM n;"
      "DELETE FROM outbox WHERE entity = 'job_logs'");
  const Result refused = edo({"vacuum", "--store", store.path});
  CHECK(failed_clearly(refused, 1));
  CHECK_THAT(refused.err, Contains("--whole"));
  CHECK_THAT(edo({"vacuum", "--whole", "--store", store.path}).out, Contains("; it had "));
  CHECK_THAT(edo({"vacuum", "--store", store.path}).out, Contains(" has no free pages: "));
  CHECK(count(store.path, "invocations") == 1);
}

TEST_CASE("a store of the first version is upgraded and pruned") {
  const TemporaryDirectory directory;
  const OldStore store(directory / "t.db");
  make_first_version(store.path);
  CHECK(pruned(store, {"--older-than", "30d", "--force"})["deleted"]["invocations"] == 1);
  CHECK(store.rows() == 0);
}

TEST_CASE("hosts record while a store is pruned, and lose nothing") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(2000, 40);
  store.ship();
  Recorder recorder({.store = store.path});
  Process prune({.argv = {edo_path(), "prune", "--older-than", "30d", "--store", store.path},
                 .environment = plain_environment()});
  int recorded = 0;
  for (; prune.running() || recorded < 100; ++recorded) {
    auto invocation = recorder.start_invocation({.source_function = "new"});
    REQUIRE(invocation.complete() != Outcome::dropped);
  }
  const Result result = prune.wait();
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Contains("2,000"));
  recorder.close();  // queued calls are stored by now
  CHECK(recorder.health().dropped == 0);
  CHECK(count(store.path, "invocations WHERE source_function = 'new'") == recorded);
  CHECK(count(store.path, "invocations") == recorded);
}

TEST_CASE("prune may be killed at any moment: trees are whole, and nothing unshipped is lost") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  constexpr int kOld = 3000;
  store.record(kOld, 40);
  store.ship();
  const auto unshipped = store.record(300, 35);
  const long pending = count(store.path, "outbox");
  int killed = 0;
  for (int round = 0; round < 5; ++round) {
    const long before = count(store.path, "invocations");
    Process prune({.argv = {edo_path(), "prune", "--older-than", "30d", "--store", store.path},
                   .environment = plain_environment()});
    (void)eventually([&] { return count(store.path, "invocations") < before || !prune.running(); });
    prune.kill();
    killed += prune.wait().signal == SIGKILL;
    CHECK(integrity(store.path) == "ok");
    const long left = count(store.path, "invocations");
    CHECK(left >= static_cast<long>(unshipped.size()));
    CHECK(store.rows() == 5 * left);
    CHECK(count(store.path, "job_logs l JOIN invocations i ON i.id = l.invocation_id") == 2 * left);
    CHECK(count(store.path, "outbox") == pending);
  }
  CHECK(killed > 0);
  CHECK(pruned(store, {"--older-than", "30d"})["kept_unshipped"] == unshipped.size());
  CHECK(count(store.path, "invocations") == static_cast<long>(unshipped.size()));
}

TEST_CASE("prune shows a progress bar on a terminal and removes it") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(300, 40);
  store.ship();
  const Result watched = run({.argv = {"sh", "-c", "exec \"$0\" \"$@\" 2>&1", edo_path(), "prune",
                                       "--older-than", "30d", "--store", store.path},
                              .environment = plain_environment(),
                              .on_terminal = true});
  CHECK(watched.exit_code == 0);
  CHECK_THAT(watched.out,
             Contains(" of 300 invocations") && Contains("\r\x1b[KDeleted what was started"));
}

}  // namespace
}  // namespace edo::testing
