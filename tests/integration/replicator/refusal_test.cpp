// Failures are reported in one line, with the right exit code, and damage nothing.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kPassword = "s3cret-Pa55";

std::string without_database(const std::string& url) { return url.substr(0, url.rfind('/')); }

// "postgresql://edo@host…" with another user, and a password if one is given.
std::string as_user(const std::string& url, const std::string& user) {
  const auto at = url.find('@');
  return "postgresql://" + user + url.substr(at);
}

void refuses(const std::vector<std::string>& arguments, int code, const std::string& words) {
  const Result result = run_replicator(arguments);
  CAPTURE(arguments, result.out, result.err);
  CHECK(result.exit_code == code);
  const std::string line = only_line(result);
  CHECK_THAT(line, Contains(words));
  CHECK_THAT(line, !Contains(kPassword));
  CHECK_THAT(result.out, !Contains(kPassword));
}

}  // namespace

TEST_CASE("files that are not stores are refused and left alone") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  write_file(directory / "text.db",
             "these are the notes of a person, longer than a header of "
             "SQLite and nothing like it: 0123456789 0123456789 0123456789");
  write_file(directory / "empty.db", "");
  {
    edo::storage::OpenOptions options;
    options.access = edo::storage::Access::create;
    edo::storage::Database other(directory / "other.db", options);
    other.execute("CREATE TABLE notes (text TEXT)");
  }
  { SampleStore(directory / "newer.db").execute("UPDATE store SET schema_version = 99"); }
  const std::vector<std::pair<std::string, std::string>> files = {
      {directory / "text.db", "is not an SQLite database"},
      {directory / "empty.db", "not a store yet"},
      {directory / "other.db", "not an observability store"},
      {directory / "newer.db", "upgrade the program"},
      {directory / "missing.db", "no such store"}};
  for (const auto& [file, words] : files) {
    const std::string before = file == directory / "missing.db" ? std::string() : read_file(file);
    refuses({"run", "--once", "--store", file, "--to", url}, 1, words);
    refuses({"verify", "--store", file, "--to", url}, 1, words);
    refuses({"status", "--store", file}, 1, words);
    if (!before.empty()) CHECK(read_file(file) == before);
  }
  // Where the lock cannot be made, for root as well.
  SampleStore store(directory / "telemetry.db");
  REQUIRE(mkdir((store.path() + "-replicator").c_str(), 0700) == 0);
  refuses({"run", "--once", "--store", store.path(), "--to", url}, 1,
          "so no replicator created it; remove it");
  CHECK(rows_at(url) == 0);
}

TEST_CASE("a central database that cannot be reached is named, its password is not") {
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  const std::string url = PrivatePostgres::shared().url();
  const auto all = [&](const std::string& to, const std::string& words) {
    refuses({"migrate", "--to", to}, 1, words);
    refuses({"run", "--once", "--store", store.path(), "--to", to}, 1, words);
    refuses({"verify", "--store", store.path(), "--to", to}, 1, words);
    refuses({"status", "--store", store.path(), "--to", to}, 1, words);
  };
  // Port 1 on loopback is closed everywhere.
  all("postgresql://someone:" + kPassword + "@127.0.0.1:1/telemetry", "Connection refused");
  all("postgresql://someone:" + kPassword + "@host.invalid/telemetry", "host.invalid");
  all("host=127.0.0.1 port=1 user=x password='" + kPassword + "'", "Connection refused");
  all(without_database(url) + "/no_such_database",
      "database \"no_such_database\" does not exist; create it with createdb");
  all(as_user(url, "nobody_here"), "role \"nobody_here\" does not exist");
  CHECK(store.integer("SELECT count(*) FROM outbox") == 9);
}

TEST_CASE("an invalid address is wrong usage") {
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  for (const std::string& to :
       {"telemetry " + kPassword, std::string("http://example.com/"),
        "postgresql://u:" + kPassword + "@x@host/db", "postgresql://u:" + kPassword + "/x@host/db",
        "postgresql://u:" + kPassword + "@host:" + kPassword + "/db"}) {
    refuses({"run", "--once", "--store", store.path(), "--to", to}, 2,
            "read the address of the central database: ");
    refuses({"migrate", "--to", to}, 2, "read the address of the central database: ");
    refuses({"status", "--store", store.path(), "--to", to}, 2,
            "read the address of the central database: ");
  }
}

TEST_CASE("wrong usage is reported in one line") {
  const TemporaryDirectory directory;
  const std::string url = PrivatePostgres::shared().url();
  SampleStore store(directory / "telemetry.db");
  refuses({}, 2, "edo-replicator --help");
  refuses({"fly"}, 2, "edo-replicator --help");
  refuses({"migrate"}, 2, "--to is required");
  refuses({"run", "--once", "--to", url}, 2, "--store is required");
  const std::vector<std::string> run = {"run", "--store", store.path(), "--to", url};
  const auto run_with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), run.begin(), run.end());
    return more;
  };
  // What would have no effect is not taken in silence.
  refuses(run_with({"--once", "--metrics", "127.0.0.1:0"}), 2, "excludes");
  refuses(run_with({"--once", "--interval", "1s"}), 2, "excludes");
  refuses(run_with({"--once", "--heartbeat", "1s"}), 2, "excludes");
  refuses(run_with({"--time-budget", "1s"}), 2, "--time-budget requires --once");
  refuses(run_with({"--json"}), 2, "--json requires --once");
  refuses(run_with({"--metrics", "nonsense"}), 2, "give HOST:PORT");
  refuses(run_with({"--interval", "9999999d"}), 2, "longer than 36500d");
  refuses({"run", "--once", "--store", store.path()}, 2, "--to is required");
  refuses({"run", "--store", store.path(), "--to", url, "--interval", "soon"}, 2, "--interval");
  refuses({"run", "--store", store.path(), "--to", url, "--once", "--batch-changes", "0"}, 2,
          "--batch-changes");
  refuses({"run", "--store", store.path(), "--to", url, "--once", "--via", "pigeon"}, 2, "--via");
  refuses({"run", "--once", "--store", store.path(), "--to", "x",
           "postgresql://u:" + kPassword + "@h/d"},
          2, "edo-replicator run --help");
}

TEST_CASE("no option takes an empty value") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"status", "--store", ""},
                                             {"status", "--store="},
                                             {"status", "--store=", "--json"},
                                             {"status", "--store", "a.db", "--store", ""},
                                             {"run", "--once", "--to", ""},
                                             {"verify", "--config", ""},
                                             {"migrate", "--schema", ""},
                                             {"export", "--dir", ""},
                                             {"inspect", ""}}) {
    refuses(arguments, 2, "its value is empty");
  }
}

TEST_CASE("a value from the file is checked like one of the command line") {
  const TemporaryDirectory directory;
  const std::string url = PrivatePostgres::shared().url();
  SampleStore store(directory / "telemetry.db");
  const std::string file = directory / "replicator.toml";
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"interval = \"5 bananas\"", "is not a duration"},
           {"heartbeat = \"\"", "its value is empty"},
           {"metrics = \"nonsense\"", "give HOST:PORT"},
           {"help = true", "\"help\" is not an option of run"},
           {"once = true", "\"once\" is not an option of run"},
           {"config = \"other.toml\"", "\"config\" is not an option of run"}}) {
    write_file(file, "[run]\n" + text + "\n");
    refuses({"run", "--once", "--store", store.path(), "--to", url, "--config", file}, 2,
            file + ":2: ");
    refuses({"run", "--once", "--store", store.path(), "--to", url, "--config", file}, 2, words);
  }
}

TEST_CASE("a remedy can be pasted into a shell") {
  const TemporaryDirectory directory;
  SampleStore store(directory / "telemetry.db");
  refuses({"verify", "--store", store.path(), "--to", PrivatePostgres::shared().fresh_database(),
           "--schema", "it's; a"},
          1, "--schema 'it'\\''s; a'");
}

TEST_CASE("the help of each command ends with an example") {
  const std::string program = run_replicator({"--help"}).out;
  for (const std::string command : {"migrate", "run", "apply", "export", "import", "status",
                                    "verify", "requeue", "adopt", "inspect"}) {
    CAPTURE(command);
    CHECK_THAT(program, Contains("\n  " + command + " "));
    const Result help = run_replicator({command, "--help"});
    CHECK(help.exit_code == 0);
    const auto last = help.out.rfind("\n\nExample");
    REQUIRE(last != std::string::npos);
    CHECK(help.out.find("\n\n", last + 2) == std::string::npos);
    CHECK_THAT(help.out.substr(last), Contains("\n  edo-replicator " + command));
  }
}

TEST_CASE("a user without rights gets a clear error") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  query(url, "DROP ROLE IF EXISTS powerless");
  query(url, "CREATE ROLE powerless LOGIN PASSWORD '" + kPassword + "'");
  const std::string to = as_user(url, "powerless:" + kPassword);
  refuses({"run", "--once", "--store", store.path(), "--to", to}, 1, "permission denied");
  refuses({"verify", "--store", store.path(), "--to", to}, 1, "permission denied");
  refuses({"migrate", "--to", to, "--schema", "another"}, 1, "permission denied");
  // It may read, but not write.
  query(url, "GRANT USAGE ON SCHEMA event_detector_observability TO powerless");
  query(url, "GRANT SELECT ON ALL TABLES IN SCHEMA event_detector_observability TO powerless");
  refuses({"run", "--once", "--store", store.path(), "--to", to}, 1, "permission denied");
  CHECK(rows_at(url) == 0);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 9);
  // What such a user can do is verify.
  ship(store.path(), url);
  require_verified(store.path(), to);
  query(url, "DROP OWNED BY powerless; DROP ROLE powerless");
}

TEST_CASE("a value that does not fit becomes a dead letter, and nothing of it is lost") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(20);
  const std::string victim = "(SELECT id FROM invocations ORDER BY rowid LIMIT 1 OFFSET 10)";
  const std::string id = store.text("SELECT " + victim);
  const std::string job =
      store.text("SELECT id FROM job_executions WHERE invocation_id = '" + id + "'");
  struct Poison {
    std::string table;
    std::string column;
    std::string value;  // SQL
    std::string words;
  };
  const std::vector<Poison> poisons = {
      {"invocations", "source_job_id", "'rubbish'",
       "source_job_id is \"rubbish\", which is not a UUID"},
      {"invocations", "source_event_time", "'yesterday'", "which is not a timestamp"},
      {"invocations", "total_duration_ms", "3000000000", "which is not a 32-bit integer"},
      {"invocations", "source_event_payload", "'{\"a\":'", "column source_event_payload"},
      {"invocations", "context_data", "'\"\\u0000\"'", "column context_data"},
      {"invocations", "error_message", "CAST(x'ff' AS TEXT)", "column error_message"},
      {"invocations", "error_message", "'a' || char(0) || 'b'", "column error_message"},
      {"invocations", "correlation_id", "hex(randomblob(1001))", "correlation_id_check"},
      {"invocations", "source_function", "hex(randomblob(1001))", "source_function_check"},
      {"job_executions", "job_name", "hex(randomblob(1001))", "job_name_check"},
      {"job_executions", "result", "'[1,'", "column result"}};
  for (const auto& poison : poisons) {
    CAPTURE(poison.column, poison.value);
    const std::string which = poison.table == "invocations" ? id : job;
    store.execute("CREATE TEMP TABLE kept AS SELECT " + poison.column + " AS v FROM " +
                  poison.table + " WHERE id = '" + which + "'");
    store.execute("UPDATE " + poison.table + " SET " + poison.column + " = " + poison.value +
                  " WHERE id = '" + which + "'");
    store.add_trees(1);
    refuses({"run", "--once", "--store", store.path(), "--to", url}, 1,
            "the central database refused 1 row");
    const std::string letter = " FROM event_detector_observability.replication_dead_letters";
    CHECK(query_value(url, "SELECT table_name || ' ' || row_id" + letter) ==
          poison.table + " " + which);
    CHECK_THAT(query_value(url, "SELECT error" + letter), Contains(poison.words));
    // It is all that the store still has to tell.
    CHECK(store.integer("SELECT count(*) FROM outbox") == 1);
    refuses({"requeue", "--to", url}, 1, "1 row is refused again");
    CHECK(query_value(url, "SELECT attempts" + letter) == "2");
    // What a shell broke, a shell mends.
    store.execute("UPDATE " + poison.table + " SET " + poison.column + " = (SELECT v FROM kept)" +
                  " WHERE id = '" + which + "'");
    store.execute("DROP TABLE temp.kept");
    ship(store.path(), url);
    CHECK(query_value(url, "SELECT count(*)" + letter) == "0");
    // Without maintenance of the central database, this would fail.
    query(url,
          "INSERT INTO event_detector_observability.replication_dead_letters"
          " (store_id, table_name, row_id, row_version, error, payload, via)"
          " SELECT store_id, '" +
              poison.table +
              "', id, row_version, '', '', 'direct'"
              " FROM event_detector_observability." +
              poison.table + " WHERE id = '" + which + "'");
    const Result requeued = run_replicator({"requeue", "--to", url});
    CHECK(requeued.exit_code == 0);
    CHECK_THAT(requeued.out, Contains("1 superseded"));
    CHECK(query_value(url, "SELECT count(*)" + letter) == "0");
  }
  CHECK(rows_at(url) == store.rows());
  require_verified(store.path(), url);
}

TEST_CASE("a row that cannot be applied blocks no other row of a backlog") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2000);
  // One for each of the two doors: the replicator's own, and that of the tables.
  store.execute(
      "UPDATE job_logs SET data = '{' WHERE id IN (SELECT id FROM job_logs ORDER BY id LIMIT 3)");
  store.execute("UPDATE invocations SET source_event_time = 'noon' WHERE rowid = 1000");
  const Result shipped = run_replicator(
      {"run", "--once", "--store", store.path(), "--to", url, "--batch-changes", "3000"});
  CHECK(shipped.exit_code == 1);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 1);
  CHECK(query_value(url,
                    "SELECT count(*) FROM event_detector_observability.replication_dead_letters") ==
        "4");
  CHECK(rows_at(url) == store.rows() - 4);
}

TEST_CASE(
    "what the central database alone refuses comes when the central database has been mended") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto invocation = store.start_tree();
  const std::string limit =
      "ALTER TABLE event_detector_observability.invocations ADD CONSTRAINT no_failures ";
  query(url, limit + "CHECK (status <> 'failed')");
  ship(store.path(), url);
  store.finish_tree(invocation);
  // This row is in the central database already, in an older version; the other one is new.
  const auto another = store.start_tree();
  store.finish_tree(another);
  refuses({"run", "--once", "--store", store.path(), "--to", url}, 1,
          "the central database refused 2 rows");
  CHECK(query_value(url, "SELECT status FROM event_detector_observability.invocations") ==
        "running");
  CHECK(run_replicator({"verify", "--store", store.path(), "--to", url}).exit_code == 1);
  query(url, "ALTER TABLE event_detector_observability.invocations DROP CONSTRAINT no_failures");
  const Result requeued = run_replicator({"requeue", "--to", url});
  CHECK(requeued.exit_code == 0);
  CHECK_THAT(requeued.out, Contains("2 dead letters applied"));
  require_verified(store.path(), url);
}

TEST_CASE("a row that a trigger refuses blocks no other row") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(50);
  const std::string job = store.text("SELECT id FROM job_executions LIMIT 1 OFFSET 20");
  query(url,
        "CREATE FUNCTION picky() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = '" + job +
            "' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$; CREATE TRIGGER "
            "picky BEFORE INSERT ON event_detector_observability.job_executions FOR EACH ROW "
            "EXECUTE FUNCTION picky()");
  refuses({"run", "--once", "--store", store.path(), "--to", url}, 1,
          "the central database refused 1 row");
  CHECK(rows_at(url) == store.rows() - 1);
  CHECK_THAT(
      query_value(
          url, "SELECT row_id || error FROM event_detector_observability.replication_dead_letters"),
      Contains(job) && Contains("not this one"));
  query(url, "DROP FUNCTION picky CASCADE");
  CHECK(run_replicator({"requeue", "--to", url}).exit_code == 0);
  require_verified(store.path(), url);
}

TEST_CASE("dead letters from before a lost connection are reported too") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto break_off = [&] {
    store.add_trees(1);
    store.execute(
        "UPDATE job_executions SET result = '[1,' WHERE rowid = (SELECT max(rowid) FROM "
        "job_executions)");
    store.add_trees(50);
    const std::string last = store.text("SELECT id FROM invocations ORDER BY rowid DESC LIMIT 1");
    query(url,
          "DROP SEQUENCE IF EXISTS tries; CREATE SEQUENCE tries; CREATE OR REPLACE FUNCTION "
          "hang_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = '" +
              last +
              "' AND nextval('public.tries') = 1 THEN PERFORM "
              "pg_terminate_backend(pg_backend_pid()); END "
              "IF; RETURN NEW; END $$; CREATE OR REPLACE TRIGGER hang_up BEFORE INSERT ON "
              "event_detector_observability.invocations FOR EACH ROW EXECUTE FUNCTION hang_up()");
  };
  const std::vector<std::string> run = {"run",           "--store", store.path(),      "--to", url,
                                        "--retry-delay", "10ms",    "--batch-changes", "100"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), run.begin(), run.end());
    return more;
  };
  break_off();
  const auto changes = store.integer("SELECT max(seq) FROM outbox");
  const Result once = run_replicator(with({"--once", "--json"}));
  CHECK(once.exit_code == 1);
  CHECK_THAT(only_line(once), Contains("the central database refused 1 row"));
  const auto told = nlohmann::json::parse(once.out)["stores"][0];
  CHECK(told["dead_letters"] == 1);
  CHECK(told["changes"] == changes);
  CHECK(told["finished"] == true);

  break_off();
  Process daemon(replicator(with({"--interval", "10ms", "--metrics", "127.0.0.1:0"})));
  REQUIRE(daemon.wait_for_error("ships again"));
  CHECK_THAT(daemon.err(), Contains("the central database refused 1 row"));
  daemon.kill(SIGTERM);
  CHECK(daemon.wait().exit_code == 0);
  CHECK(rows_at(url) == store.rows() - 2);
}

TEST_CASE("the password on the command line is not left there") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  Process daemon(replicator({"run", "--store", store.path(), "--to",
                             as_user(url, "edo:" + kPassword), "--interval", "1h"}));
  REQUIRE(daemon.wait_for_error("shipped 5 rows"));
  const std::string line = read_file("/proc/" + std::to_string(daemon.pid()) + "/cmdline");
  CHECK_THAT(line, !Contains(kPassword));
  CHECK_THAT(line, Contains("edo:***"));
  daemon.kill(SIGTERM);
  const auto ended = daemon.wait();
  CHECK(ended.exit_code == 0);
  CHECK_THAT(ended.err + ended.out, !Contains(kPassword));
}
