// What of one store and of one login may wait in the central database, and what happens beyond
// that.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kCentral = "event_detector_observability.";
const std::string kOneStore = "01890a5d-ac96-774b-bcce-b302099a8057";
const std::string kOtherStore = "01890a5d-ac96-774b-bcce-b302099a8058";

void set_quota(const std::string& url, const std::string& assignment) {
  query(url, "UPDATE " + kCentral + "replication_quotas SET " + assignment);
}

// A hundred bytes.
std::string batch_of(const std::string& store_id, int count = 1) {
  return "INSERT INTO " + kCentral +
         "replication_inbox (store_id, first_seq, last_seq, payload) SELECT '" + store_id +
         "', 1, 1, convert_to(repeat('x', 100), 'UTF8') FROM generate_series(1, " +
         std::to_string(count) + ")";
}

std::string count(const std::string& url, const std::string& table,
                  const std::string& condition = "true") {
  return query_value(url, "SELECT count(*) FROM " + kCentral + table + " WHERE " + condition);
}

Result post(const std::string& stores, const std::string& url) {
  return run_replicator({"run", "--once", "--via", "inbox", "--retry-attempts", "0", "--store",
                         stores, "--to", url, "--json"});
}

Result ship_once(const SampleStore& store, const std::string& url) {
  return run_replicator(
      {"run", "--once", "--retry-attempts", "0", "--store", store.path(), "--to", url});
}

Result apply_once(const std::string& url) {
  return run_replicator({"apply", "--once", "--to", url});
}

// A central database that takes no row of one table, and a store with ten such rows, one of which
// has a value that does not even fit its column.
struct Refusing {
  TemporaryDirectory directory;
  std::string url = migrated_database();
  SampleStore store{directory / "telemetry.db"};

  Refusing() {
    query(url, "ALTER TABLE " + kCentral +
                   "job_executions ADD CONSTRAINT strict CHECK (false) NOT VALID");
    store.add_trees(10);
    store.execute("UPDATE job_executions SET created_at = 'noon' WHERE rowid = 3");
  }
};

}  // namespace

TEST_CASE("beyond a quota of its store or its login a batch is refused") {
  const auto [quota, whose] = GENERATE(table<std::string, std::string>({
      {"store_batches = 1", "store"},
      {"store_bytes = 199", "store"},
      {"login_batches = 1", "login"},
      {"login_bytes = 199", "login"},
  }));
  CAPTURE(quota);
  const std::string url = database_with_roles();
  const Login edge(url, "shop_1", "edo_edge");
  const Login other(url, "shop_2", "edo_edge");
  set_quota(url, quota);
  edge.may(batch_of(kOneStore));
  const std::string refused = "the inbox has no space for " + whose;
  CHECK_THROWS_WITH(query(edge.url(), batch_of(kOneStore)), Contains(refused));
  if (whose == "login") {
    CHECK_THROWS_WITH(query(edge.url(), batch_of(kOtherStore)), Contains(refused));
    other.may(batch_of(kOtherStore));
  } else {
    edge.may(batch_of(kOtherStore));
  }
  // What could not be applied still waits, for a person; what was applied does not.
  query(url, "UPDATE " + kCentral + "replication_inbox SET state = 'failed'");
  CHECK_THROWS_WITH(query(edge.url(), batch_of(kOneStore)), Contains(refused));
  query(url, "UPDATE " + kCentral + "replication_inbox SET state = 'applied'");
  edge.may(batch_of(kOneStore));
}

TEST_CASE("many batches at once are held to the quota as well") {
  const std::string url = database_with_roles();
  const Login edge(url, "shop_1", "edo_edge");
  set_quota(url, "store_batches = 10");
  CHECK_THROWS_WITH(query(edge.url(), batch_of(kOneStore, 11)), Contains("no space for"));
  edge.may(batch_of(kOneStore, 10));
}

TEST_CASE("an administrator may lift a quota, and is not held to it") {
  const std::string url = database_with_roles();
  const Login edge(url, "shop_1", "edo_edge");
  edge.may_not("UPDATE " + kCentral + "replication_quotas SET store_batches = NULL");
  set_quota(url, "store_batches = 0");
  CHECK_THROWS(query(edge.url(), batch_of(kOneStore)));
  CHECK_NOTHROW(query(url, batch_of(kOneStore)));
  set_quota(url, "store_batches = NULL");
  edge.may(batch_of(kOneStore));
}

TEST_CASE("a store that is over its quota keeps its rows, and others are shipped") {
  const TemporaryDirectory directory;
  const std::string url = database_with_roles();
  const Login edge(url, "shop_1", "edo_edge");
  SampleStore store(directory / "a.db");
  SampleStore other(directory / "b.db");
  set_quota(url, "store_batches = 1");
  store.add_trees(1);
  REQUIRE(post(store.path(), edge.url()).exit_code == 0);
  store.add_trees(1);
  other.add_trees(1);
  const Result refused = post(directory.path(), edge.url());
  CHECK(refused.exit_code == 1);
  CHECK_THAT(only_line(refused), Contains("no space for store") && Contains("nothing is lost"));
  const auto stores = nlohmann::json::parse(refused.out)["stores"];
  CHECK(stores[0]["error"]["kind"] == "full");
  CHECK(stores[1]["finished"] == true);
  CHECK(store.integer("SELECT count(*) FROM outbox") > 1);
  CHECK(other.integer("SELECT count(*) FROM outbox") == 1);

  Process daemon(replicator({"run", "--via", "inbox", "--store", store.path(), "--to", edge.url(),
                             "--interval", "10ms", "--retry-delay", "10ms"}));
  REQUIRE(daemon.wait_for_error("no space for store"));
  REQUIRE(apply_once(url).exit_code == 0);
  REQUIRE(daemon.wait_for_error("ships again"));
  daemon.kill(SIGTERM);
  const auto ended = daemon.wait();
  CHECK(ended.exit_code == 0);
  CHECK(ended.err.find("no space for") == ended.err.rfind("no space for"));
  REQUIRE(apply_once(url).exit_code == 0);
  require_verified(store.path(), url);
}

TEST_CASE("a batch that would make too many dead letters is set aside whole") {
  Refusing central;
  set_quota(central.url, "store_dead_letters = 9");
  REQUIRE(post(central.store.path(), central.url).exit_code == 0);
  const Result applied = apply_once(central.url);
  CHECK(applied.exit_code == 1);
  CHECK_THAT(applied.err, Contains("would exceed its quota"));
  CHECK(count(central.url, "replication_inbox",
              "state = 'failed' AND error LIKE '%would exceed its quota%requeue%'") == "1");
  CHECK(count(central.url, "replication_dead_letters") == "0");
  CHECK(rows_at(central.url) == 0);

  set_quota(central.url, "store_dead_letters = 10");
  CHECK(run_replicator({"requeue", "--to", central.url}).exit_code == 0);
  CHECK_THAT(apply_once(central.url).err, Contains("10 rows are refused"));
  CHECK(count(central.url, "replication_dead_letters") == "10");
  CHECK(rows_at(central.url) == central.store.rows() - 10);
}

TEST_CASE("a store that ships directly keeps what would make too many dead letters") {
  Refusing central;
  set_quota(central.url, "store_dead_letters = 9");
  const Result refused = ship_once(central.store, central.url);
  CHECK(refused.exit_code == 1);
  CHECK_THAT(only_line(refused), Contains("would exceed its quota"));
  CHECK(count(central.url, "replication_dead_letters") == "0");
  CHECK(rows_at(central.url) == 0);
  CHECK(central.store.integer("SELECT count(*) FROM outbox") > 1);

  set_quota(central.url, "store_dead_letters = NULL");
  CHECK(ship_once(central.store, central.url).exit_code == 1);
  CHECK(count(central.url, "replication_dead_letters") == "10");
  CHECK(central.store.integer("SELECT count(*) FROM outbox") == 1);
}

TEST_CASE("refused rows of another store count as dead letters too") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2);
  ship(store.path(), url);
  query(url, "UPDATE " + kCentral + "invocations SET store_id = '" + kOtherStore + "'");
  set_quota(url, "store_dead_letters = 1");
  store.execute("UPDATE invocations SET updated_at = updated_at");
  CHECK_THAT(only_line(ship_once(store, url)), Contains("would exceed its quota"));
  CHECK(count(url, "replication_dead_letters") == "0");
}

TEST_CASE("a row that is a dead letter already takes no more room") {
  Refusing central;
  set_quota(central.url, "store_dead_letters = 10");
  CHECK(ship_once(central.store, central.url).exit_code == 1);
  REQUIRE(count(central.url, "replication_dead_letters") == "10");
  central.store.execute("UPDATE job_executions SET updated_at = updated_at");
  const Result again = ship_once(central.store, central.url);
  CHECK_THAT(only_line(again), Contains("refused 10 rows"));
  CHECK(count(central.url, "replication_dead_letters") == "10");
  CHECK(central.store.integer("SELECT count(*) FROM outbox") == 1);

  central.store.add_trees(1);
  CHECK_THAT(only_line(ship_once(central.store, central.url)), Contains("would exceed its quota"));
  // Letters are tried again however few there may be.
  set_quota(central.url, "store_dead_letters = 1");
  CHECK_THAT(only_line(run_replicator({"requeue", "--to", central.url})),
             Contains("10 rows are refused again"));
}
