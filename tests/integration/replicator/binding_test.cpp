// One login posts the batches of a store; the central database knows it and refuses others.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kCentral = "event_detector_observability.";

std::string id_of(SampleStore& store) { return store.text("SELECT store_id FROM store"); }

Result post(const std::string& stores, const std::string& url) {
  return run_replicator(
      {"run", "--once", "--via", "inbox", "--store", stores, "--to", url, "--json"});
}

Result run_bind(const std::string& store_id, const std::string& login, const std::string& url) {
  return run_replicator({"bind", "--store", store_id, "--login", login, "--to", url, "--json"});
}

void require_applied(const std::string& url) {
  const Result applied = run_replicator({"apply", "--once", "--to", url});
  INFO(applied.err);
  REQUIRE(applied.exit_code == 0);
}

std::string mark_of(const std::string& store_id, const std::string& url) {
  return query_value(url, "SELECT coalesce(max(complete_seq), 0) FROM " + kCentral +
                              "replication_marks WHERE store_id = '" + store_id + "'");
}

std::string empty_batch(const std::string& store_id) {
  return "INSERT INTO " + kCentral +
         "replication_inbox (store_id, first_seq, last_seq, payload) VALUES ('" + store_id +
         "', 1, 99, '')";
}

struct Fleet {
  TemporaryDirectory directory;
  std::string url = database_with_roles();
  Login honest{url, "shop_1", "edo_edge"};
  Login hostile{url, "shop_2", "edo_edge"};
  SampleStore store{directory / "telemetry.db"};
  std::string id = id_of(store);
};

}  // namespace

TEST_CASE("only the login that first posted a store posts for it") {
  Fleet fleet;
  fleet.store.add_trees(3);
  REQUIRE(post(fleet.store.path(), fleet.honest.url()).exit_code == 0);
  require_applied(fleet.url);
  const std::string mark = mark_of(fleet.id, fleet.url);

  fleet.store.add_trees(3);
  const Result refused = post(fleet.store.path(), fleet.hostile.url());
  CHECK(refused.exit_code == 1);
  CHECK_THAT(only_line(refused),
             Contains("the login shop_2 may not post for store " + fleet.id) &&
                 Contains("edo-replicator bind --store " + fleet.id + " --login shop_2"));
  const auto error = nlohmann::json::parse(refused.out)["stores"][0]["error"];
  CHECK(error["kind"] == "denied");
  // The store has kept its rows, and nothing of it is in the inbox.
  CHECK(fleet.store.integer("SELECT count(*) FROM outbox") > 1);
  CHECK_THROWS_WITH(query(fleet.hostile.url(), empty_batch(fleet.id)), Contains("may not post"));
  require_applied(fleet.url);
  CHECK(mark_of(fleet.id, fleet.url) == mark);

  REQUIRE(post(fleet.store.path(), fleet.honest.url()).exit_code == 0);
  require_applied(fleet.url);
  require_verified(fleet.store.path(), fleet.url);
}

TEST_CASE("a store can be bound to another login, and then to no other") {
  Fleet fleet;
  fleet.store.add_trees(1);
  REQUIRE(post(fleet.store.path(), fleet.honest.url()).exit_code == 0);
  const Login applier(fleet.url, "applier_3", "edo_applier");
  const Result bound = run_bind(fleet.id, "shop_2", applier.url());
  INFO(bound.err);
  CHECK(bound.exit_code == 0);
  CHECK(nlohmann::json::parse(bound.out) ==
        nlohmann::json({{"login", "shop_2"}, {"before", "shop_1"}}));
  fleet.store.add_trees(1);
  CHECK(post(fleet.store.path(), fleet.honest.url()).exit_code == 1);
  CHECK(post(fleet.store.path(), fleet.hostile.url()).exit_code == 0);

  CHECK(run_bind(fleet.id, "shop_2", fleet.hostile.url()).exit_code == 1);
  const Result unknown = run_bind(fleet.id, "nobody_here", applier.url());
  CHECK(unknown.exit_code == 1);
  CHECK_THAT(only_line(unknown), Contains("no login or role nobody_here"));
  CHECK(run_bind("shop", "shop_2", applier.url()).exit_code == 2);
}

TEST_CASE("the members of a role post for the stores that are bound to it") {
  Fleet fleet;
  fleet.store.add_trees(1);
  query(fleet.url, "CREATE ROLE fleet NOLOGIN; GRANT fleet TO shop_1");
  REQUIRE(run_bind(fleet.id, "fleet", fleet.url).exit_code == 0);
  CHECK(post(fleet.store.path(), fleet.hostile.url()).exit_code == 1);
  CHECK(post(fleet.store.path(), fleet.honest.url()).exit_code == 0);
  query(fleet.url, "GRANT fleet TO shop_2");
  CHECK_NOTHROW(query(fleet.hostile.url(), empty_batch(fleet.id)));
  // A role that was dropped admits no login.
  query(fleet.url, "DROP ROLE fleet");
  CHECK_THROWS_WITH(query(fleet.honest.url(), empty_batch(fleet.id)), Contains("may not post"));
}

TEST_CASE("a store that was shipped directly belongs to no login until it is bound") {
  Fleet fleet;
  fleet.store.add_trees(1);
  ship(fleet.store.path(), fleet.url);
  CHECK_THROWS_WITH(query(fleet.hostile.url(), empty_batch(fleet.id)), Contains("may not post"));
  fleet.store.add_trees(1);
  CHECK(post(fleet.store.path(), fleet.honest.url()).exit_code == 1);
  const Result bound = run_bind(fleet.id, "shop_1", fleet.url);
  CHECK(nlohmann::json::parse(bound.out)["before"].is_null());
  CHECK(post(fleet.store.path(), fleet.honest.url()).exit_code == 0);
}

TEST_CASE("a role that may write the tables is not bound, and binds nothing") {
  Fleet fleet;
  const Login applier(fleet.url, "applier_3", "edo_applier");
  fleet.store.add_trees(1);
  REQUIRE(post(fleet.store.path(), applier.url()).exit_code == 0);
  CHECK(query_value(fleet.url, "SELECT count(*) FROM " + kCentral + "replication_bindings") == "0");
  fleet.store.add_trees(1);
  REQUIRE(post(fleet.store.path(), fleet.honest.url()).exit_code == 0);
  CHECK(post(fleet.store.path(), applier.url()).exit_code == 0);
  CHECK(query(fleet.url, "SELECT DISTINCT posted_by FROM " + kCentral +
                             "replication_inbox ORDER BY 1") == Table{{"applier_3"}, {"shop_1"}});
  require_applied(fleet.url);
  require_verified(fleet.store.path(), fleet.url);
}

TEST_CASE("an edge cannot post in the name of another login") {
  Fleet fleet;
  fleet.hostile.may_not("INSERT INTO " + kCentral +
                        "replication_inbox (store_id, first_seq, last_seq, payload, posted_by) "
                        "VALUES (gen_random_uuid(), 1, 1, '', 'shop_1')");
  // Nor by settings of its session, or tables of its own.
  query(fleet.honest.url(), empty_batch(fleet.id));
  CHECK_THROWS_WITH(
      query(fleet.hostile.url(),
            "SET search_path = pg_temp; CREATE TEMP TABLE replication_bindings AS SELECT '" +
                fleet.id + "'::uuid AS store_id, 'shop_2' AS login; " + empty_batch(fleet.id)),
      Contains("may not post"));
}

TEST_CASE("a store of another login keeps no other store from being posted") {
  Fleet fleet;
  SampleStore last(fleet.directory / "z.db");
  fleet.store.add_trees(1);
  last.add_trees(1);
  REQUIRE(run_bind(fleet.id, "shop_1", fleet.url).exit_code == 0);
  const Result posted = post(fleet.directory.path(), fleet.hostile.url());
  CHECK(posted.exit_code == 1);
  CHECK_THAT(only_line(posted), Contains(fleet.id));
  CHECK(last.integer("SELECT count(*) FROM outbox") == 1);
}

TEST_CASE("a daemon reports once that it may not post for a store, and continues when it may") {
  Fleet fleet;
  fleet.store.add_trees(1);
  REQUIRE(run_bind(fleet.id, "shop_1", fleet.url).exit_code == 0);
  Process daemon(replicator({"run", "--via", "inbox", "--store", fleet.store.path(), "--to",
                             fleet.hostile.url(), "--interval", "10ms", "--retry-delay", "10ms"}));
  REQUIRE(daemon.wait_for_error("may not post for store"));
  REQUIRE(run_bind(fleet.id, "shop_2", fleet.url).exit_code == 0);
  REQUIRE(daemon.wait_for_error("ships again"));
  daemon.kill(SIGTERM);
  const auto ended = daemon.wait();
  CHECK(ended.exit_code == 0);
  CHECK(ended.err.find("may not post") == ended.err.rfind("may not post"));
  CHECK(fleet.store.integer("SELECT count(*) FROM outbox") == 1);
}
