#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "edo.hpp"
#include "old_store.hpp"
#include "sample_store.hpp"
#include "storage/snapshot.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "support/small_disk.hpp"

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Json = nlohmann::json;

struct Report {
  int exit_code = 0;
  Json json;

  [[nodiscard]] const Json& check(const std::string& name) const {
    for (const auto& each : json["checks"]) {
      if (each["check"] == name) return each;
    }
    throw std::runtime_error("no check is called " + name);
  }
  [[nodiscard]] std::string verdict(const std::string& name) const {
    return check(name)["verdict"];
  }
  [[nodiscard]] std::string found(const std::string& name) const { return check(name)["found"]; }
};

Report doctor(const std::string& store, std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), {"doctor", "--json", "--store", store});
  const Result result = edo(arguments);
  INFO(result.err);
  Report report{result.exit_code, Json::parse(result.out)};
  if (result.exit_code == 0) {
    CHECK(result.err.empty());
  } else {
    CHECK_THAT(result.err, StartsWith("edo doctor: check " + store) && Contains("problem"));
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  }
  return report;
}

TEST_CASE("doctor finds no problem in a sound store and does not change it") {
  const TemporaryDirectory directory;
  SampleStore store(directory / "t.db");
  const Report open = doctor(store.path);
  CHECK(open.exit_code == 0);
  CHECK(open.json["verdict"] == "ok");
  std::vector<std::string> names;
  for (const auto& check : open.json["checks"]) {
    CAPTURE(check.dump());
    CHECK(check["verdict"] == "ok");
    CHECK(check["remedy"].is_null());
    names.push_back(check["check"]);
  }
  CHECK(names == std::vector<std::string>{"file system", "permissions", "disk space", "reserve",
                                          "write-ahead log", "open files", "left files", "schema",
                                          "integrity", "space", "outbox", "shipping", "healing",
                                          "recorders", "dropped calls", "clock"});
  CHECK_THAT(open.found("recorders"), StartsWith("1 recorder is open"));
  CHECK_THAT(open.found("shipping"), Contains("was never shipped"));

  store.close();
  const std::string before = read_file(store.path);
  const Result text = edo({"doctor", "--store", store.path});
  CHECK(text.exit_code == 0);
  CHECK(text.err.empty());
  CHECK_THAT(text.out, Contains("✓ integrity       ") && Contains("tables are sound"));
  CHECK(read_file(store.path) == before);
}

TEST_CASE("files that other users may write are a problem, a group that reads is a warning") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  REQUIRE(chmod(store.path.c_str(), 0640) == 0);
  const Report group = doctor(store.path);
  CHECK(group.exit_code == 0);
  CHECK(group.verdict("permissions") == "warning");
  REQUIRE(chmod((store.path + "-wal").c_str(), 0644) == 0);
  const Report others = doctor(store.path);
  CHECK(others.exit_code == 1);
  CHECK(others.json["verdict"] == "problem");
  CHECK(others.check("permissions")["remedy"] == "chmod 600 " + store.path + "-wal");
}

TEST_CASE("doctor finds the files beside a store through a symbolic link") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string link = directory / "link.db";
  std::filesystem::create_symlink(store.path, link);
  Report direct = doctor(store.path);
  Report linked = doctor(link);
  CHECK(direct.found("write-ahead log") != "0 B");
  // Other programs change how much is free between the two looks.
  for (Report* report : {&direct, &linked}) {
    for (auto& each : report->json["checks"]) {
      if (each["check"] == "disk space") each.erase("found");
    }
  }
  CHECK(linked.json["checks"] == direct.json["checks"]);
  REQUIRE(chmod((store.path + "-wal").c_str(), 0644) == 0);
  CHECK(doctor(link).verdict("permissions") == "problem");
  const Result stats = edo({"stats", "--json", "--store", link});
  CHECK(Json::parse(stats.out)["wal_bytes"].get<long>() > 0);
}

TEST_CASE("doctor reports a missing reserve") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  std::filesystem::remove(store.path + "-reserve");
  const Report report = doctor(store.path);
  CHECK(report.exit_code == 0);
  CHECK(report.verdict("reserve") == "warning");
}

TEST_CASE("a disk that is nearly full is a problem") {
  const SmallDisk disk("8m");
  REQUIRE(edo({"init", "--store", disk / "t.db"}).exit_code == 0);
  const Report report = doctor(disk / "t.db");
  CHECK(report.exit_code == 1);
  CHECK(report.verdict("disk space") == "problem");
}

TEST_CASE("doctor reports recorders that died, and the rows that they left running") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  (void)record_and_die(path, "orders");
  const Report dead = doctor(path);
  CHECK(dead.exit_code == 0);
  CHECK(dead.verdict("recorders") == "warning");
  CHECK_THAT(dead.found("recorders"),
             StartsWith("0 recorders are open; 1 crashed without closing"));
  CHECK(value(path, "SELECT status FROM invocations") == "running");  // looking changes nothing

  const Recorder next({.store = path});
  const Report crashed = doctor(path);
  CHECK(crashed.verdict("recorders") == "warning");
  CHECK_THAT(crashed.found("recorders"), Contains("1 crashed within a week"));
}

TEST_CASE("dropped calls are a problem for a week") {
  const TemporaryDirectory directory;
  const SampleStore sample(directory / "t.db");
  const OldStore store(sample.path);
  store.change(
      "UPDATE writers SET dropped_calls = 3, last_drop_reason = 'the disk \x1b[2J is full',"
      " last_drop_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
  const Report now = doctor(store.path);
  CHECK(now.exit_code == 1);
  CHECK(now.verdict("dropped calls") == "problem");
  CHECK_THAT(now.found("dropped calls"),
             StartsWith("3 calls could not be stored, the last 0s ago") &&
                 Contains("the disk \\x1b[2J is full"));
  store.change("UPDATE writers SET last_drop_at = '2026-01-01T00:00:00.000000Z'");
  const Report later = doctor(store.path);
  CHECK(later.exit_code == 0);
  CHECK(later.verdict("dropped calls") == "warning");
}

TEST_CASE("doctor names the damaged table") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(300, 1);
  REQUIRE(open_to_change(store.path).integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0);
  const auto page =
      open_to_change(store.path)
          .integer(
              "SELECT pageno FROM dbstat WHERE name = 'job_logs' AND pagetype = 'leaf' LIMIT 1");
  const auto size = open_to_change(store.path).integer("PRAGMA page_size");
  const auto begin = static_cast<std::size_t>((page.value() - 1) * size.value());
  const auto length = static_cast<std::size_t>(size.value());
  std::string bytes = read_file(store.path);
  bytes.replace(begin, length, length, '\x5a');
  write_file(store.path, bytes);
  const Report report = doctor(store.path);
  CHECK(report.exit_code == 1);
  CHECK(report.verdict("integrity") == "problem");
  CHECK_THAT(report.found("integrity"), Contains("job_logs"));
  CHECK(report.verdict("outbox") == "ok");
}

TEST_CASE("the integrity check stops at its time limit and says so") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(300, 1);
  const Report report = doctor(store.path, {"--time-limit", "0s"});
  CHECK(report.exit_code == 0);
  CHECK(report.verdict("integrity") == "warning");
  CHECK_THAT(report.found("integrity"), Contains("the time limit ended the check"));
}

TEST_CASE("an outbox without its watermark is a problem") {
  const TemporaryDirectory directory;
  const SampleStore sample(directory / "t.db");
  OldStore(sample.path)
      .change("DROP TRIGGER outbox_keeps_watermark; DELETE FROM outbox WHERE entity = 'watermark'");
  const Report report = doctor(sample.path);
  CHECK(report.exit_code == 1);
  CHECK(report.verdict("outbox") == "problem");
  CHECK_THAT(report.found("outbox"), Contains("watermark"));
}

TEST_CASE("a change that is pending for too long is a problem in a store that is shipped") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(10, 3);
  CHECK(doctor(store.path).verdict("shipping") == "ok");  // this store is never shipped
  store.ship();
  CHECK(doctor(store.path).found("shipping") == "no change is pending");
  store.record(10, 3);
  const Report late = doctor(store.path);
  CHECK(late.exit_code == 1);
  CHECK(late.verdict("shipping") == "problem");
  CHECK_THAT(late.found("shipping"), Contains("the oldest since 3d"));
  CHECK(doctor(store.path, {"--late-after", "5d"}).exit_code == 0);
}

TEST_CASE("doctor reports rows that started in the future") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(2, -3);
  const Report report = doctor(store.path);
  CHECK(report.exit_code == 0);
  CHECK(report.verdict("clock") == "warning");
  CHECK_THAT(report.found("clock"), StartsWith("2 invocations began in the future"));
}

TEST_CASE("doctor checks a store of an older version without upgrading it") {
  const TemporaryDirectory directory;
  make_first_version(directory / "t.db");
  REQUIRE(chmod((directory / "t.db").c_str(), 0600) == 0);
  const Report report = doctor(directory / "t.db");
  CHECK(report.exit_code == 0);
  CHECK(report.verdict("schema") == "warning");
  CHECK(value(directory / "t.db", "SELECT schema_version FROM store") == "1");
}

TEST_CASE("doctor names a reader that prevents checkpoints") {
  const TemporaryDirectory directory;
  OldStore store(directory / "t.db");
  store.record(10, 1);
  storage::Database reader = open_to_look(store.path);
  const storage::Snapshot snapshot(reader);
  REQUIRE(reader.integer("SELECT count(*) FROM invocations") == 10);
  storage::Database writer = open_to_change(store.path);
  writer.execute("PRAGMA wal_autocheckpoint = 0");
  writer.execute("CREATE TABLE ballast (bytes BLOB)");
  writer.execute("INSERT INTO ballast VALUES (zeroblob(70000000))");
  const Report report = doctor(store.path);
  CHECK(report.exit_code == 1);
  CHECK(report.verdict("write-ahead log") == "problem");
  CHECK_THAT(report.found("write-ahead log"),
             Contains("process " + std::to_string(getpid()) + " (integration_cli)"));
}

TEST_CASE("doctor refuses invalid options") {
  const TemporaryDirectory directory;
  REQUIRE(edo({"init", "--store", directory / "t.db"}).exit_code == 0);
  const Result wrong = edo({"doctor", "--late-after", "x", "--store", directory / "t.db"});
  CHECK(failed_clearly(wrong, 2));
  CHECK_THAT(wrong.err, Contains("--late-after: 'x'"));
}

TEST_CASE("doctor reports a central database that cannot hold all telemetry or does not answer") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  auto& server = PrivatePostgres::shared();
  const Report good = doctor(store.path, {"--to", server.url()});
  CHECK(good.exit_code == 0);
  CHECK(good.verdict("central database") == "ok");

  query(server.url(), "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  const std::string latin = server.url().substr(0, server.url().rfind('/')) + "/latin";
  const Report other = doctor(store.path, {"--to", latin});
  CHECK(other.exit_code == 1);
  CHECK(other.verdict("central database") == "problem");
  CHECK_THAT(other.found("central database"),
             Contains("is LATIN1, which cannot hold all telemetry"));
  CHECK_THAT(other.check("central database")["remedy"].get<std::string>(),
             Contains("--encoding=UTF8"));

  // Port 1 on loopback is closed everywhere.
  const Report away = doctor(store.path, {"--to", "postgresql://u:s3cret@127.0.0.1:1/d"});
  CHECK(away.exit_code == 0);
  CHECK(away.verdict("central database") == "warning");
  CHECK_THAT(away.found("central database"), Contains("127.0.0.1:1") && !Contains("s3cret"));
  CHECK(edo({"doctor", "--store", store.path, "--to", "nonsense"}).exit_code == 2);
}

}  // namespace
}  // namespace edo::testing
