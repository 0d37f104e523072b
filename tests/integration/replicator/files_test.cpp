// Without a network: stores into files, files into the central database, and the receipt back.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "fixture.hpp"
#include "support/small_disk.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using nlohmann::json;

namespace {

// What is carried between the two machines.
class Medium {
 public:
  [[nodiscard]] const std::string& path() const noexcept { return directory_.path(); }
  [[nodiscard]] std::string operator/(const std::string& name) const { return directory_ / name; }

  [[nodiscard]] std::vector<std::string> files() const { return ending_in(".edobatch"); }
  [[nodiscard]] std::vector<std::string> receipts() const { return ending_in(".receipt"); }

 private:
  [[nodiscard]] std::vector<std::string> ending_in(const std::string& suffix) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path())) {
      const auto name = entry.path().filename().string();
      if (name.ends_with(suffix)) found.push_back(name);
    }
    return found;
  }

  TemporaryDirectory directory_;
};

Result export_to(const std::string& directory, const std::string& store,
                 std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"export", "--store", store, "--dir", directory};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_replicator(arguments);
}

json exported(const Medium& medium, const std::string& store, std::vector<std::string> more = {}) {
  more.emplace_back("--json");
  const auto result = export_to(medium.path(), store, more);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return json::parse(result.out)["stores"][0];
}

json imported(const Medium& medium, const std::string& url) {
  const auto result = run_replicator({"import", "--dir", medium.path(), "--to", url, "--json"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return json::parse(result.out);
}

std::int64_t outbox_entries(SampleStore& store) {
  return store.integer("SELECT count(*) FROM outbox WHERE entity <> 'watermark'");
}

}  // namespace

TEST_CASE("a store reaches the central database through files, and is trimmed by the receipt") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(100);
  const auto first = exported(medium, store.path(), {"--batch-changes", "300"});
  CHECK(first["changes"] == 800);
  CHECK(first["rows"].get<int>() >= 500);
  CHECK(first["files"] == 3);
  CHECK(first["trimmed"] == 0);
  CHECK(outbox_entries(store) == 800);
  const auto id = store.text("SELECT store_id FROM store");
  CHECK(std::filesystem::exists(medium / (id + "-1-300.edobatch")));
  CHECK(std::filesystem::exists(medium / (id + "-601-800.edobatch")));

  const auto taken = imported(medium, url);
  CHECK(taken["files"] == 3);
  CHECK(taken["inserted"] == 500);
  CHECK(taken["gaps"].empty());
  CHECK(rows_at(url) == 500);
  CHECK(query_value(url,
                    "SELECT count(DISTINCT via) || min(via) FROM "
                    "event_detector_observability.replication_batches") == "1file");
  CHECK(medium.files().size() == 3);
  const auto receipt = json::parse(read_file(medium / (id + ".receipt")));
  CHECK(receipt["store_id"] == id);
  CHECK(receipt["last_seq"] == 800);
  CHECK(receipt["ranges"] == json::parse("[[1, 800]]"));
  CHECK(receipt["imported_at"].get<std::string>().size() == 27);

  store.finish_tree(store.start_tree());
  const auto second = exported(medium, store.path());
  CHECK(second["trimmed"] == 800);
  CHECK(second["files_removed"] == 3);
  CHECK(second["changes"] == 8);
  CHECK(medium.files() == std::vector<std::string>{id + "-801-808.edobatch"});
  CHECK(outbox_entries(store) == 8);
  CHECK(imported(medium, url)["gaps"].empty());
  CHECK(exported(medium, store.path())["files_removed"] == 1);
  CHECK(outbox_entries(store) == 0);
  require_verified(store.path(), url);
}

TEST_CASE("exporting and importing again changes nothing") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(50);
  (void)exported(medium, store.path(), {"--batch-changes", "100"});
  const auto files = medium.files();
  CHECK(exported(medium, store.path())["changes"] == 0);
  CHECK(medium.files() == files);
  (void)imported(medium, url);
  const auto before = fingerprint(url);
  const auto again = imported(medium, url);
  CHECK(again["unchanged"] == again["rows"]);
  CHECK(fingerprint(url) == before);
  CHECK(exported(medium, store.path())["files_removed"] == files.size());
  CHECK(imported(medium, url)["files"] == 0);
  CHECK(fingerprint(url) == before);
  require_verified(store.path(), url);
}

TEST_CASE("changes whose rows were deleted leave no gap") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  for (const char* table : {"invocations", "event_executions", "job_executions", "job_logs"}) {
    store.execute(std::string("DELETE FROM ") + table);
  }
  store.add_trees(1);
  CHECK(exported(medium, store.path(), {"--batch-changes", "4"})["files"] == 4);
  const auto taken = imported(medium, url);
  CHECK(taken["gaps"].empty());
  CHECK(taken["inserted"] == 5);
  (void)exported(medium, store.path());
  CHECK(outbox_entries(store) == 0);
  require_verified(store.path(), url);
}

TEST_CASE("a killed export continues where it was") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(200);
  for (std::size_t round = 1; round <= 3; ++round) {
    const auto had = medium.files().size();
    Process exporting(replicator(
        {"export", "--store", store.path(), "--dir", medium.path(), "--batch-changes", "4"}));
    REQUIRE(eventually([&] { return medium.files().size() > had + 20; }));
    exporting.kill(SIGKILL);
    CHECK(exporting.wait().signal == SIGKILL);
  }
  CHECK(outbox_entries(store) == 1600);
  (void)exported(medium, store.path(), {"--batch-changes", "500"});
  const auto taken = imported(medium, url);
  CHECK(taken["gaps"].empty());
  CHECK(rows_at(url) == 1000);
  CHECK(exported(medium, store.path())["trimmed"] == 1600);
  CHECK_FALSE(std::filesystem::exists(medium / ".unfinished"));
  require_verified(store.path(), url);
}

TEST_CASE("an export continues after files that end before a row that did not fit") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(12);
  // Large rows, and changes behind them of the first, whose versions belong to a later file.
  store.execute("UPDATE job_logs SET message = printf('%.*c', 900000, 'x')");
  store.execute("UPDATE invocations SET status = status");
  CHECK(exported(medium, store.path())["files"] > 1);
  (void)imported(medium, url);
  store.add_trees(1);
  CHECK(exported(medium, store.path())["trimmed"] > 0);
  (void)imported(medium, url);
  require_verified(store.path(), url);
}

TEST_CASE("damaged and foreign files are named and skipped, and exported again") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(30);
  (void)exported(medium, store.path(), {"--batch-changes", "80"});
  const auto id = store.text("SELECT store_id FROM store");
  const auto damaged = medium / (id + "-81-160.edobatch");
  auto bytes = read_file(damaged);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  write_file(damaged, bytes);
  write_file(medium / "holiday.edobatch", "beach");
  const auto renamed = medium / (id + "-1-2.edobatch");
  write_file(renamed, read_file(medium / (id + "-1-80.edobatch")));

  const auto result = run_replicator({"import", "--dir", medium.path(), "--to", url, "--json"});
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("skipped " + damaged +
                        ": decode a batch: its checksum is wrong; delete it "
                        "and export again\n") != std::string::npos);
  CHECK(result.err.find("skipped " + medium.path() +
                        "/holiday.edobatch: no export created this file") != std::string::npos);
  CHECK(result.err.find("skipped " + renamed + ": it contains the batch " + id +
                        "-1-80.edobatch") != std::string::npos);
  const auto answer = json::parse(result.out);
  CHECK(answer["skipped"].size() == 3);
  CHECK(answer["files"] == 2);
  CHECK(rows_at(url) > 50);
  CHECK(rows_at(url) < 150);

  // What was not imported is not trimmed.
  std::filesystem::remove(damaged);
  std::filesystem::remove(medium / "holiday.edobatch");
  std::filesystem::remove(renamed);
  CHECK(exported(medium, store.path())["trimmed"] == 80);
  CHECK(outbox_entries(store) == 160);
  (void)imported(medium, url);
  (void)exported(medium, store.path());
  CHECK(outbox_entries(store) == 0);
  CHECK(medium.files().empty());
  require_verified(store.path(), url);
}

TEST_CASE("a gap is imported and reported, and the next export fills it") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(30);
  (void)exported(medium, store.path(), {"--batch-changes", "80"});
  const auto id = store.text("SELECT store_id FROM store");
  std::filesystem::remove(medium / (id + "-81-160.edobatch"));
  const auto result = run_replicator({"import", "--dir", medium.path(), "--to", url});
  CHECK(result.exit_code == 0);
  CHECK(only_line(result).find("no file has changes 81 to 160 of store " + id) !=
        std::string::npos);
  CHECK(json::parse(read_file(medium / (id + ".receipt")))["ranges"] ==
        json::parse("[[1, 80], [161, 240]]"));
  const auto again = exported(medium, store.path());
  CHECK(again["trimmed"] == 80);
  CHECK(again["changes"] == 160);
  CHECK(imported(medium, url)["gaps"].empty());
  (void)exported(medium, store.path());
  CHECK(outbox_entries(store) == 0);
  require_verified(store.path(), url);
}

TEST_CASE("import reports the rows that the central database refuses") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(10);
  store.execute("UPDATE job_executions SET result = '[1,' WHERE rowid = 3");
  store.execute("UPDATE invocations SET source_event_time = 'noon' WHERE rowid = 5");
  (void)exported(medium, store.path());
  const auto result = run_replicator({"import", "--dir", medium.path(), "--to", url, "--json"});
  CHECK(result.exit_code == 1);
  CHECK_THAT(only_line(result), Catch::Matchers::Contains("the central database refused 2 rows"));
  const auto taken = json::parse(result.out);
  CHECK(taken["dead_letters"] == 2);
  CHECK(taken["rows"] == store.rows());
  CHECK(taken["skipped"].empty());
  CHECK(rows_at(url) == store.rows() - 2);
}

TEST_CASE("two stores share a directory") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore one(directory / "one.db"), two(directory / "two.db");
  one.add_trees(20);
  two.add_trees(30);
  const std::vector<std::string> both = {"export",      "--store",         one.path(),
                                         "--store",     two.path(),        "--dir",
                                         medium.path(), "--batch-changes", "100"};
  REQUIRE(run_replicator(both).exit_code == 0);
  CHECK(medium.files().size() == 5);
  CHECK(imported(medium, url)["inserted"] == 250);
  CHECK(medium.receipts().size() == 2);
  REQUIRE(run_replicator(both).exit_code == 0);
  CHECK(medium.files().empty());
  require_verified(one.path(), url);
  require_verified(two.path(), url);
}

TEST_CASE("a store that was copied loses nothing to its copy's receipt") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore original(directory / "original.db");
  original.add_trees(10);
  (void)exported(medium, original.path());
  original.execute("VACUUM INTO '" + (directory / "copy.db") + "'");
  SampleStore copy(directory / "copy.db");
  original.add_trees(1);
  copy.add_trees(1);
  (void)exported(medium, original.path());
  (void)imported(medium, url);

  const auto refused = export_to(medium.path(), copy.path());
  CHECK(refused.exit_code == 1);
  CHECK(only_line(refused).find("if the store was copied, use one directory for each copy") !=
        std::string::npos);
  CHECK(outbox_entries(copy) == 8);
  const Medium own;
  (void)exported(own, copy.path());
  (void)imported(own, url);
  (void)exported(own, copy.path());
  require_verified(copy.path(), url);

  // The copy took the file that both of them had for its own, so the original sends it again.
  (void)exported(medium, original.path());
  (void)imported(medium, url);
  (void)exported(medium, original.path());
  require_verified(original.path(), url);
}

TEST_CASE("export refuses a store that is older than its files") {
  const TemporaryDirectory directory;
  const Medium medium;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  store.execute("VACUUM INTO '" + (directory / "old.db") + "'");
  store.add_trees(1);
  (void)exported(medium, store.path());
  const auto refused = export_to(medium.path(), directory / "old.db");
  CHECK(refused.exit_code == 1);
  CHECK(only_line(refused).find("check whether an older copy replaced the store") !=
        std::string::npos);
}

TEST_CASE("with --trim the files are the only copy until they are imported") {
  const TemporaryDirectory directory;
  const Medium medium;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(10);
  (void)exported(medium, store.path());
  store.add_trees(10);
  const auto answer = exported(medium, store.path(), {"--trim"});
  CHECK(answer["trimmed"] == 80);
  CHECK(answer["changes"] == 80);
  CHECK(outbox_entries(store) == 0);
  CHECK(exported(medium, store.path(), {"--trim"})["files_removed"] == 0);
  CHECK(medium.files().size() == 2);
  (void)imported(medium, url);
  CHECK(exported(medium, store.path(), {"--trim"})["files_removed"] == 2);
  require_verified(store.path(), url);
}

TEST_CASE("a full disk is reported, loses nothing and leaves no partial file") {
  const SmallDisk disk("1m");
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(8);
  store.execute(
      "UPDATE job_executions SET result = '{\"x\": \"' || hex(randomblob(200000)) || '\"}'");
  const auto medium = std::filesystem::path(disk / "x").parent_path().string();
  const auto full = export_to(medium, store.path(), {"--batch-changes", "2"});
  CHECK(full.exit_code == 1);
  CHECK(only_line(full).find("No space left on device; make space") != std::string::npos);
  CHECK(outbox_entries(store) == 72);
  CHECK_FALSE(std::filesystem::exists(disk / ".unfinished"));

  // What is there is good: it is imported and acknowledged, and the rest follows by and by.
  for (int round = 0; round < 30 && outbox_entries(store) > 0; ++round) {
    REQUIRE(run_replicator({"import", "--dir", medium, "--to", url}).exit_code == 0);
    (void)export_to(medium, store.path(), {"--batch-changes", "2"});
  }
  CHECK(outbox_entries(store) == 0);
  require_verified(store.path(), url);
}

TEST_CASE("a directory that is missing or in use is reported") {
  const TemporaryDirectory directory;
  const Medium medium;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  const auto missing = export_to(medium / "not_mounted", store.path());
  CHECK(missing.exit_code == 1);
  CHECK(only_line(missing).find("check that the medium is mounted") != std::string::npos);

  const int lock = open(medium.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  REQUIRE(flock(lock, LOCK_EX) == 0);
  const auto busy = export_to(medium.path(), store.path());
  CHECK(busy.exit_code == 1);
  CHECK(only_line(busy).find("another export or import is using it") != std::string::npos);
  close(lock);
  CHECK(export_to(medium.path(), store.path()).exit_code == 0);
  CHECK(export_to(medium.path(), store.path(), {"--level", "20"}).exit_code == 2);
}

TEST_CASE("an import without its central database leaves files and store as they are") {
  const TemporaryDirectory directory;
  const Medium medium;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  (void)exported(medium, store.path());
  const auto away = run_replicator(
      {"import", "--dir", medium.path(), "--to", "postgresql://nobody@127.0.0.1:1/nowhere"});
  CHECK(away.exit_code == 1);
  CHECK(only_line(away).find("edo-replicator import: ") == 0);
  CHECK(medium.files().size() == 1);
  CHECK(medium.receipts().empty());
}
