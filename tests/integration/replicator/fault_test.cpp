// Faults of the central database, of clocks and of files: afterwards every row is there, equal, and
// once.
#include <catch2/catch.hpp>
#include <filesystem>
#include <random>
#include <thread>
#include <utility>

#include "fault_fixture.hpp"
#include "fixture.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kSchema = "event_detector_observability.";
const std::string kPending =
    "SELECT count(*) FROM event_detector_observability.replication_inbox WHERE state = 'pending'";

std::vector<std::string> shipping(const std::string& store, const std::string& url,
                                  std::vector<std::string> more) {
  more.insert(more.begin(), {"run", "--store", store, "--to", url, "--once"});
  return more;
}

// Copies a store that no process is writing.
void copy_store(SampleStore& store, const std::string& to) {
  store.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  std::filesystem::copy_file(store.path(), to);
}

// A central database whose disk is full for one table after `rows` more rows. A database of its own
// on a small disk takes rights that few have, so the server is made to say what it says then.
void fill_disk(const std::string& url, const std::string& table, int rows) {
  query(url,
        "CREATE SEQUENCE public.written;"
        "CREATE FUNCTION public.no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        "  IF nextval('public.written') > " +
            std::to_string(rows) +
            " THEN"
            "    RAISE EXCEPTION 'could not extend file: No space left on device'"
            "      USING ERRCODE = 'disk_full';"
            "  END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER no_space BEFORE INSERT OR UPDATE ON " +
            kSchema + table + "  FOR EACH ROW EXECUTE FUNCTION public.no_space()");
}

void make_space(const std::string& url) {
  query(url, "DROP FUNCTION public.no_space CASCADE; DROP SEQUENCE public.written");
}

}  // namespace

TEST_CASE("a full disk of the central database is reported in one line and loses nothing") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  for (const std::string table : {"invocations", "job_logs", "replication_batches",
                                  "replication_inbox", "replication_stores"}) {
    const std::string via = table == "replication_inbox" ? "inbox" : "direct";
    CAPTURE(table);
    store.add_trees(100);
    fill_disk(url, table, table == "replication_stores" ? 0 : 1);
    const Result full = run_replicator(shipping(
        store.path(), url, {"--batch-changes", "200", "--via", via, "--retry-delay", "5ms"}));
    CHECK(full.exit_code == 1);
    CHECK_THAT(only_line(full), Contains("No space left on device") &&
                                    Contains("free some space on the database server"));
    CHECK(store.integer("SELECT count(*) FROM outbox") > 1);
    make_space(url);
    require_done(shipping(store.path(), url, {"--via", via}));
    require_done({"apply", "--once", "--to", url});
    require_conserved({&store}, url);
  }
}

TEST_CASE("a batch in the inbox waits while the disk of the central database is full") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(100);
  require_done(shipping(store.path(), url, {"--via", "inbox", "--batch-changes", "200"}));
  fill_disk(url, "job_executions", 50);
  Process applier(replicator({"apply", "--to", url, "--interval", "5ms", "--workers", "2"}));
  REQUIRE(applier.wait_for_error("No space left on device"));
  CHECK(query_value(url, kPending) != "0");
  make_space(url);
  CHECK(eventually([&] { return query_value(url, kPending) == "0"; }));
  applier.kill(SIGTERM);
  CHECK(applier.wait().exit_code == 0);
  require_conserved({&store}, url);
}

TEST_CASE("clocks that jump by days decide nothing") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  // Every row of its batch claims another time than the one before: forth, back, and before 1970.
  const std::vector<std::string> jumps = {"+3 days", "-9 days", "+400 days", "-30000 days",
                                          "+1 day"};
  for (std::size_t i = 0; i < jumps.size(); ++i) {
    CAPTURE(jumps[i]);
    const auto invocation = store.start_tree();
    store.add_trees(20);
    const std::string then = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '" + jumps[i] + "')";
    const std::string old_copy = directory / ("copy" + std::to_string(i) + ".db");
    for (const std::string table : {"invocations", "event_executions", "job_executions"}) {
      store.execute("UPDATE " + table + " SET created_at = " + then + ", updated_at = " + then);
    }
    store.execute("UPDATE job_logs SET created_at = " + then);
    copy_store(store, old_copy);
    store.finish_tree(invocation);
    const std::string via = i % 2 == 0 ? "direct" : "inbox";
    require_done(shipping(store.path(), url, {"--via", via, "--batch-changes", "30"}));
    require_done({"apply", "--once", "--to", url});
    require_conserved({&store}, url);
    // What the copy still has to tell is older by its version, whatever its times say.
    const std::string state = fingerprint(url);
    require_done(shipping(old_copy, url, {}));
    CHECK(fingerprint(url) == state);
  }
}

TEST_CASE("a copied store shipped twice, directly and by the inbox, doubles nothing") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(300);
  for (const char* name : {"one.db", "two.db", "three.db"}) copy_store(store, directory / name);
  require_done(shipping(directory / "one.db", url, {"--via", "inbox", "--batch-changes", "70"}));
  // The batches of the first copy are applied while the second is shipped past them.
  Process applier(replicator({"apply", "--to", url, "--once", "--workers", "3"}));
  Process shipper(replicator(shipping(directory / "two.db", url, {"--batch-changes", "90"})));
  CHECK(shipper.wait().exit_code == 0);
  CHECK(applier.wait().exit_code == 0);
  require_done({"apply", "--once", "--to", url});
  CHECK(rows_at(url) == store.rows());
  const std::string state = fingerprint(url);
  require_done(shipping(directory / "three.db", url, {"--via", "inbox", "--batch-changes", "110"}));
  require_done({"apply", "--once", "--to", url});
  require_done(shipping(store.path(), url, {}));
  CHECK(fingerprint(url) == state);
  require_conserved({&store}, url);
}

TEST_CASE("replicators of both ways at one store that is written do not harm each other") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  Process applier(replicator({"apply", "--to", url, "--interval", "1ms", "--workers", "2"}));
  std::vector<std::string> open;
  for (unsigned round = 0; round < fault_rounds(10); ++round) {
    std::vector<std::string> ways = {"direct", "inbox"};
    if (round % 2 == 0) std::swap(ways[0], ways[1]);
    std::vector<Process> shippers;
    for (const auto& via : ways) {
      for (int i = 0; i < 5; ++i) open.push_back(store.start_tree());
      store.add_trees(20);
      shippers.emplace_back(
          replicator(shipping(store.path(), url, {"--via", via, "--batch-changes", "40"})));
    }
    // The next states of rows that are on their way.
    for (const auto& invocation : open) store.finish_tree(invocation);
    open.clear();
    for (auto& shipper : shippers) CHECK(shipper.wait().exit_code == 0);
  }
  ship(store.path(), url);
  CHECK(eventually([&] { return query_value(url, kPending) == "0"; }));
  applier.kill(SIGTERM);
  CHECK(applier.wait().exit_code == 0);
  CHECK(query_value(url, "SELECT count(DISTINCT via) FROM " + kSchema + "replication_batches") ==
        "2");
  require_conserved({&store}, url);
}

TEST_CASE("an applier killed at random moments loses nothing and doubles nothing") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  int killed = 0;
  for (unsigned round = 0; round < fault_rounds(20); ++round) {
    if (query_value(url, kPending) == "0") {
      store.add_trees(400);
      require_done(shipping(store.path(), url, {"--via", "inbox", "--batch-changes", "50"}));
    }
    Process applier(replicator({"apply", "--to", url, "--workers", "3"}));
    // The moment is what is random here; nothing waits for the time to pass.
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));
    if (applier.running()) ++killed;
    applier.kill(SIGKILL);
    (void)applier.wait();
  }
  CHECK(killed > 0);
  require_done({"apply", "--once", "--to", url});
  require_conserved({&store}, url);
}
