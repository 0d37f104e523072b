// A central database that was restored, replaced or failed over gets again what the stores still
// hold.
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/process.hpp"
#include "fault_fixture.hpp"
#include "fixture.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kCentral = "event_detector_observability.";

std::string name_in(const std::string& url) { return url.substr(url.rfind('/') + 1); }

// A real pg_dump, and what a person does with it after a disaster.
class Backup {
 public:
  Backup(const TemporaryDirectory& directory, std::string url)
      : url_(std::move(url)), file_(directory / (name_in(url_) + ".dump")) {
    must({"pg_dump", "-Fc", "-f", file_, "-d", url_});
  }

  void restore() const {
    const std::string& server = PrivatePostgres::shared().url();
    query(server, "DROP DATABASE " + name_in(url_) + " WITH (FORCE)");
    query(server, "CREATE DATABASE " + name_in(url_));
    must({"pg_restore", "-d", url_, file_});
  }

 private:
  static void must(const std::vector<std::string>& arguments) {
    const Result done = run(Command{arguments, {}, {}});
    INFO(done.err);
    REQUIRE(done.exit_code == 0);
  }

  std::string url_;
  std::string file_;
};

// Another, empty database takes the place of the central database.
void replace(const std::string& url) {
  const std::string& server = PrivatePostgres::shared().url();
  query(server, "DROP DATABASE " + name_in(url) + " WITH (FORCE)");
  query(server, "CREATE DATABASE " + name_in(url));
  require_done({"migrate", "--to", url});
}

// Ships everything, has it applied, and returns what was said on standard error.
std::string ship_via(const std::string& via, const std::string& store, const std::string& url) {
  const Result shipped = run_replicator(
      {"run", "--once", "--store", store, "--to", url, "--via", via, "--batch-changes", "100"});
  CAPTURE(via, shipped.out, shipped.err);
  REQUIRE(shipped.exit_code == 0);
  if (via == "inbox") require_done({"apply", "--once", "--to", url});
  return shipped.err;
}

Result status_of(const std::string& store, const std::string& url) {
  return run_replicator({"status", "--store", store, "--to", url});
}

std::string marks(const std::string& url) {
  return query_value(
      url, "SELECT string_agg(complete_seq::text, ',') FROM " + kCentral + "replication_marks");
}

}  // namespace

TEST_CASE("only changes that continue the mark raise it") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(10);
  ship(store.path(), url);
  CHECK(marks(url) == "80");
  ship(store.path(), url);  // an idle store claims what it believes to be acknowledged
  CHECK(marks(url) == "80");
  query(url, "UPDATE " + kCentral + "replication_marks SET complete_seq = 40");
  query(url, "DELETE FROM " + kCentral + "replication_batches");
  const std::string id = store.text("SELECT store_id FROM store");
  const auto raise = [&](int first, int last) {
    query(url,
          "INSERT INTO " + kCentral +
              "replication_batches (store_id, first_seq, last_seq, rows, bytes, via) VALUES ('" +
              id + "', " + std::to_string(first) + ", " + std::to_string(last) +
              ", 1, 1, 'direct')");
    query(url, "SELECT " + kCentral + "raise_mark('" + id + "', " + std::to_string(first) + ", " +
                   std::to_string(last) + ", NULL)");
    return marks(url);
  };
  CHECK(raise(61, 70) == "40");
  CHECK(raise(45, 50) == "40");
  CHECK(raise(71, 80) == "40");
  CHECK(raise(41, 44) == "50");
  CHECK(raise(51, 65) == "80");  // cut otherwise, and meets one that begins before its end
  CHECK(raise(60, 70) == "80");
  CHECK(raise(82, 90) == "80");
}

TEST_CASE("a central database that was restored from a backup is healed by the next ship") {
  const std::string via = GENERATE("direct", "inbox");
  CAPTURE(via);
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(30);
  const auto running = store.start_tree();
  ship_via(via, store.path(), url);
  const Backup backup(directory, url);
  store.finish_tree(running);  // the restored central database has these rows in an older state
  store.add_trees(40);
  ship_via(via, store.path(), url);
  require_verified(store.path(), url);

  backup.restore();
  const Result status = status_of(store.path(), url);
  CHECK(status.exit_code == 1);
  CHECK_THAT(status.err,
             Contains("were acknowledged, but the central database has all of them only up to"));

  const std::string said = ship_via(via, store.path(), url);
  CHECK_THAT(said, Contains("the central database was restored or failed over"));
  CHECK_THAT(said, Contains("healed: "));
  require_verified(store.path(), url);
  CHECK(status_of(store.path(), url).exit_code == 0);
  CHECK(run_replicator({"status", "--to", url}).exit_code == 0);
  // Nothing is sent a third time, and the mark is where the store's is.
  CHECK(marks(url) == store.text("SELECT seq FROM outbox"));
  CHECK(ship_via(via, store.path(), url).empty());
  store.add_trees(3);
  CHECK(ship_via(via, store.path(), url).empty());
  CHECK(marks(url) == store.text("SELECT seq FROM outbox"));
  require_verified(store.path(), url);
  if (via == "direct") {
    // Only what was lacking came again: 40 new trees, and three rows of the one that was finished.
    CHECK(store.integer("SELECT seq FROM outbox") == (30 + 40 + 3) * 8 + 8 + 40 * 5 + 3);
  }
}

TEST_CASE("an empty database instead of the central one gets everything that the store holds") {
  const std::string via = GENERATE("direct", "inbox");
  CAPTURE(via);
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(60);
  ship_via(via, store.path(), url);
  replace(url);
  // What is recorded before anybody notices.
  store.add_trees(5);
  const std::string said = ship_via(via, store.path(), url);
  CHECK_THAT(said,
             Contains("the central database was replaced: it has all changes only up to 0 of"));
  CHECK(rows_at(url) == store.rows());
  require_verified(store.path(), url);
  CHECK(status_of(store.path(), url).exit_code == 0);
  CHECK(ship_via(via, store.path(), url).empty());
}

TEST_CASE("an edge that may only post to the inbox heals its central database as well") {
  const TemporaryDirectory directory;
  const std::string url = PrivatePostgres::shared().fresh_database();
  require_done({"migrate", "--roles", "--to", url});
  query(url, "DROP ROLE IF EXISTS lonely_edge");
  query(url, "CREATE ROLE lonely_edge LOGIN IN ROLE edo_edge");
  const std::string edge = "postgresql://lonely_edge" + url.substr(url.find('@'));
  SampleStore store(directory / "telemetry.db");
  const auto post = [&] {
    const Result shipped =
        run_replicator({"run", "--once", "--store", store.path(), "--to", edge, "--via", "inbox"});
    INFO(shipped.err);
    REQUIRE(shipped.exit_code == 0);
    require_done({"apply", "--once", "--to", url});
    return shipped.err;
  };
  store.add_trees(20);
  CHECK(post().empty());
  const Backup backup(directory, url);
  store.add_trees(20);
  CHECK(post().empty());
  // Batches that wait in the inbox are not lacking.
  store.add_trees(1);
  ship(store.path(), url);
  backup.restore();
  CHECK_THAT(post(), Contains("healed: "));
  require_verified(store.path(), url);
  query(url, "DROP OWNED BY lonely_edge; DROP ROLE lonely_edge");
}

TEST_CASE("a standby that lagged behind when it was promoted is healed by the daemons") {
  PrivatePostgres primary;
  query(primary.url(), "CREATE DATABASE central");
  const auto in_central = [](const std::string& url) {
    return url.substr(0, url.rfind('/') + 1) + "central";
  };
  const auto host_of = [](const std::string& url) {
    const auto begin = url.find('@') + 1;
    return url.substr(begin, url.find('/', begin) - begin);
  };
  const std::string old_url = in_central(primary.url());
  require_done({"migrate", "--to", old_url});
  PrivatePostgres standby{primary.url()};
  const std::string new_url = in_central(standby.url());
  const std::string to = "postgresql://edo@" + host_of(old_url) + "," + host_of(new_url) +
                         "/central?target_session_attrs=read-write";

  const TemporaryDirectory directory;
  SampleStore direct(directory / "direct.db");
  SampleStore posted(directory / "posted.db");
  std::vector<Process> daemons;
  const auto run_daemon = [&](const std::string& store, const std::string& via) {
    daemons.emplace_back(replicator({"run", "--store", store, "--to", to, "--via", via,
                                     "--interval", "20ms", "--retry-delay", "20ms"}));
  };
  run_daemon(direct.path(), "direct");
  run_daemon(posted.path(), "inbox");
  daemons.emplace_back(replicator({"apply", "--to", to, "--interval", "20ms"}));
  const auto arrived = [&](const std::string& url) {
    return rows_at(url) == direct.rows() + posted.rows();
  };
  for (auto* store : {&direct, &posted}) store->add_trees(20);
  REQUIRE(eventually([&] { return arrived(old_url) && arrived(new_url); }));
  query(standby.url(), "ALTER SYSTEM SET primary_conninfo = ''");
  query(standby.url(), "SELECT pg_reload_conf()");
  REQUIRE(eventually([&] {
    return query_value(standby.url(), "SELECT count(*) FROM pg_stat_wal_receiver") == "0";
  }));
  for (auto* store : {&direct, &posted}) store->add_trees(30);
  REQUIRE(eventually([&] {
    return arrived(old_url) && direct.integer("SELECT count(*) FROM outbox") == 1 &&
           posted.integer("SELECT count(*) FROM outbox") == 1;
  }));
  primary.crash();
  REQUIRE(query_value(standby.url(), "SELECT pg_promote()") == "t");
  for (auto* store : {&direct, &posted}) store->add_trees(1);
  CHECK(eventually([&] { return arrived(new_url); }));
  for (auto* store : {&direct, &posted}) {
    CHECK(eventually([&] { return store->integer("SELECT count(*) FROM healing") == 0; }));
  }
  for (auto& daemon : daemons) {
    daemon.kill(SIGTERM);
    CHECK(daemon.wait().exit_code == 0);
  }
  for (auto* store : {&direct, &posted}) {
    require_verified(store->path(), new_url);
    CHECK(status_of(store->path(), new_url).exit_code == 0);
  }
}

TEST_CASE(
    "nothing is pruned before the central database has been healed, and what was pruned is named") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto prune = [&] {
    const Result pruned = run(
        Command{{EDO_PROGRAM, "prune", "--store", store.path(), "--older-than", "1ms"}, {}, {}});
    INFO(pruned.err);
    REQUIRE(pruned.exit_code == 0);
    return pruned.out;
  };
  store.add_trees(10);
  ship(store.path(), url);
  const Backup backup(directory, url);
  store.add_trees(10);
  ship(store.path(), url);
  CHECK_THAT(prune(), Contains("Deleted what was started"));
  REQUIRE(store.rows() == 0);
  store.add_trees(10);
  ship(store.path(), url);

  backup.restore();
  // It comes to begin, and no further: the central database goes away under it.
  query(url, "REVOKE ALL ON " + kCentral + "job_logs FROM PUBLIC");
  query(url, "ALTER TABLE " + kCentral + "job_logs RENAME TO hidden");
  const Result broken = run_replicator(
      {"run", "--once", "--store", store.path(), "--to", url, "--retry-attempts", "0"});
  CHECK(broken.exit_code == 1);
  REQUIRE(store.integer("SELECT count(*) FROM healing") == 1);
  CHECK_THAT(prune(), Contains("Kept 10 that have not been shipped yet"));
  CHECK(store.rows() == 50);
  const Result doctor = run(Command{{EDO_PROGRAM, "doctor", "--store", store.path()}, {}, {}});
  CHECK(doctor.exit_code == 1);
  CHECK_THAT(doctor.out, Contains("the central database has lost acknowledged changes"));
  CHECK_THAT(run_replicator({"status", "--store", store.path()}).err,
             Contains("the central database was restored or failed over"));

  query(url, "ALTER TABLE " + kCentral + "hidden RENAME TO job_logs");
  const std::string said = ship_via("direct", store.path(), url);
  CHECK_THAT(said, Contains("healed: ") && Contains("were deleted here and cannot be sent"));
  require_verified(store.path(), url);
  CHECK(rows_at(url) == 100);  // the ten of the backup, and the ten that the store still has
  const auto status = run_replicator({"status", "--store", store.path(), "--to", url, "--json"});
  CHECK(status.exit_code == 0);
  const auto lost = nlohmann::json::parse(status.out)["stores"][0]["lost"];
  CHECK(lost["started_after"].get<std::string>() < lost["started_until"].get<std::string>());
  CHECK_THAT(prune(), Contains("Deleted what was started"));
}

TEST_CASE("import reports that the central database lost rows, and reship brings them in files") {
  const TemporaryDirectory directory;
  const std::string medium = directory / "medium";
  std::filesystem::create_directory(medium);
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto export_files = [&] {
    require_done({"export", "--store", store.path(), "--dir", medium, "--batch-changes", "100"});
  };
  const auto import_files = [&] {
    return run_replicator({"import", "--dir", medium, "--to", url, "--json"});
  };
  store.add_trees(20);
  export_files();
  CHECK(import_files().exit_code == 0);
  const Backup backup(directory, url);
  store.add_trees(20);
  export_files();
  CHECK(import_files().exit_code == 0);

  backup.restore();
  // The files that have not been removed yet bring everything again.
  CHECK(import_files().exit_code == 0);
  require_verified(store.path(), url);

  backup.restore();
  export_files();
  const bool more_came = GENERATE(false, true);
  CAPTURE(more_came);
  if (more_came) {
    store.add_trees(1);
    export_files();
  }
  const Result told = import_files();
  CHECK(told.exit_code == 1);
  CHECK_THAT(told.err, Contains("the central database no longer has changes 161 to 320 of store " +
                                store.text("SELECT store_id FROM store")));
  CHECK(nlohmann::json::parse(told.out)["lost"][0]["first_seq"] == 161);

  require_done({"reship", "--store", store.path()});
  export_files();
  (void)import_files();
  require_verified(store.path(), url);
  export_files();
  CHECK(store.integer("SELECT count(*) FROM outbox WHERE entity <> 'watermark'") == 0);
}

TEST_CASE("reship sends rows again") {
  const std::string via = GENERATE("direct", "inbox");
  CAPTURE(via);
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(20);
  ship(store.path(), url);
  const std::int64_t shipped = store.integer("SELECT max(seq) FROM outbox");
  // Without a trace in the marks, as when a user deletes rows by hand.
  query(url, "DELETE FROM " + kCentral + "job_logs WHERE sequence = 2");
  query(url, "UPDATE " + kCentral + "job_executions SET job_name = 'another'");
  const Result verified = run_replicator({"verify", "--store", store.path(), "--to", url});
  CHECK(verified.exit_code == 1);
  CHECK_THAT(only_line(verified), Contains("run edo-replicator reship"));
  require_done({"reship", "--store", store.path()});
  CHECK_THAT(status_of(store.path(), url).err, Contains("reship is running"));
  CHECK_THAT(ship_via(via, store.path(), url), Contains("reshipped: "));
  require_verified(store.path(), url);
  // Exactly what was lacking, where the central database can be asked.
  CHECK(store.integer("SELECT max(seq) FROM outbox") - shipped == (via == "direct" ? 40 : 100));

  const std::int64_t before = store.integer("SELECT max(seq) FROM outbox");
  store.execute(
      "UPDATE invocations SET created_at = '2020-01-01T00:00:00.000000Z',"
      " updated_at = '2020-01-01T00:00:00.000000Z' WHERE rowid > 5");
  ship(store.path(), url);
  require_done({"reship", "--store", store.path(), "--since", "1d"});
  (void)ship_via(via, store.path(), url);
  // 15 changes by hand; the store is younger than those rows, whose clock may have been wrong.
  CHECK(store.integer("SELECT max(seq) FROM outbox") - before == 15 + 100);
  require_done({"reship", "--store", store.path(), "--all"});
  (void)ship_via(via, store.path(), url);
  CHECK(store.integer("SELECT max(seq) FROM outbox") - before == 15 + 200);
  CHECK(run_replicator({"reship", "--store", store.path(), "--all", "--since", "1d"}).exit_code ==
        2);
}

TEST_CASE("rows that prune() removed in the central database are neither missing nor sent again") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(6);
  store.execute("UPDATE invocations SET status = 'completed' WHERE rowid < 4");
  // The last one is as young as it was.
  for (const char* table : {"invocations", "event_executions", "job_executions", "job_logs"}) {
    const std::string id = table == std::string("invocations") ? "id" : "invocation_id";
    store.execute("UPDATE " + std::string(table) +
                  " SET created_at = '2020-01-01T00:00:00.000000Z' WHERE " + id +
                  " IN (SELECT id FROM invocations WHERE rowid < 6)");
  }
  ship(store.path(), url);
  const auto verify = [&](std::vector<std::string> more, int code) {
    more.insert(more.begin(), {"verify", "--json", "--store", store.path(), "--to", url});
    const Result result = run_replicator(more);
    INFO(result.err);
    REQUIRE(result.exit_code == code);
    return nlohmann::json::parse(result.out)["stores"][0]["tables"];
  };
  CHECK(query_value(url, "SELECT " + kCentral + "prune('30 days', '100 years')") == "3");
  auto tables = verify({}, 0);
  CHECK(tables["invocations"]["removed"] == 3);
  CHECK(tables["invocations"]["equal"] == 3);
  CHECK(tables["job_logs"]["removed"] == 6);
  CHECK_THAT(run_replicator({"verify", "--store", store.path(), "--to", url}).out,
             Contains("15 rows were removed in the central database by its retention"));

  // Other missing rows are still reported, within the requested period.
  query(url, "DELETE FROM " + kCentral + "invocations WHERE created_at > '2021-01-01'");
  CHECK(verify({}, 1)["invocations"]["missing"] == 1);
  CHECK(verify({"--since", "2021-01-01"}, 1)["job_logs"]["missing"] == 2);
  CHECK(verify({"--since", "2021-01-01"}, 1)["job_logs"]["equal"] == 0);
  tables = verify({"--until", "2021-01-01"}, 0);
  CHECK(tables["invocations"]["removed"] == 3);
  CHECK(tables["invocations"]["equal"] == 2);
  CHECK(tables["invocations"]["only_in_central_database"] == 0);
  CHECK(run_replicator({"verify", "--store", store.path(), "--to", url, "--since", "never"})
            .exit_code == 2);
  require_done({"reship", "--store", store.path()});
  ship(store.path(), url);
  CHECK(rows_at(url) == 15);
  CHECK(verify({}, 0)["invocations"]["removed"] == 3);
}

TEST_CASE("a store that lost changes in a power cut is sent as it is, and run reports it") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  const std::string path = directory / "telemetry.db";
  const std::string via = GENERATE("direct", "inbox");
  // More than were lost: the numbers alone do not tell.
  const bool records_more = GENERATE(false, true);
  CAPTURE(via, records_more);
  std::string running;
  // A power cut leaves a store as it was some time before.
  const std::string before = directory / "before.db";
  {
    SampleStore store(path);
    store.add_trees(20);
    running = store.start_tree();
    ship_via(via, path, url);
    store.copy_to(before);
    store.finish_tree(running);
    store.add_trees(10);
    ship_via(via, path, url);
  }
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path + suffix);
  std::filesystem::rename(before, path);
  SampleStore store(path);
  // What the next recorder does: the host was another boot's.
  store.execute(
      "INSERT INTO writers (started_at, ended_at, outcome, host, program, version, pid,"
      " process_start, pid_namespace, boot_id) VALUES ('2026-01-01T00:00:00.000000Z',"
      " '2026-01-01T00:00:01.000000Z', 'crashed', '" +
      edo::base::current_process().host + "', 'p', '1', 1, 1, 1, 'another boot')");
  store.execute("UPDATE invocations SET status = 'crashed' WHERE id = '" + running + "'");
  if (records_more) store.add_trees(30);
  const std::string said = ship_via(via, path, url);
  CHECK_THAT(said, Contains("older than its rows in the central database"));
  CHECK(query_value(url, "SELECT status FROM " + kCentral + "invocations WHERE id = '" + running +
                             "'") == "crashed");
  require_verified(path, url);
  // And that was all.
  store.add_trees(1);
  CHECK_THAT(ship_via(via, path, url), !Contains("older than its rows in the central database"));
  require_verified(path, url);
}
