// Whose turn it is in the inbox: what one login or one store posts keeps no other one waiting.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "batches.hpp"
#include "fixture.hpp"
#include "replicator/apply/inbox.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/migrations.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kInbox = "event_detector_observability.replication_inbox";

// Batches of one byte, by turns of so many stores. The first digit of a store's id is given.
void fill(const std::string& url, const std::string& login, int batches, int stores,
          const std::string& digit = "8") {
  query(url, "INSERT INTO " + kInbox +
                 " (store_id, first_seq, last_seq, payload, posted_by) SELECT overlay(md5((i % " +
                 std::to_string(stores) + ")::text) PLACING '" + digit +
                 "' FROM 1 FOR 1)::uuid, i, i, '\\x00', '" + login + "' FROM generate_series(1, " +
                 std::to_string(batches) + ") i");
}

std::string pending(const std::string& url) {
  return query_value(url, "SELECT count(*) FROM " + kInbox + " WHERE state = 'pending'");
}

// Who had posted what was settled, in that order.
std::string turns(const std::string& url) {
  return query_value(url,
                     "SELECT string_agg(posted_by || left(store_id::text, 1), ' ' ORDER BY "
                     "settled_at) FROM " +
                         kInbox + " WHERE state <> 'pending'");
}

// How many blocks of the database one claim reads.
std::int64_t blocks_of_claim(const std::string& url, const std::string& login) {
  auto connection = connect(url);
  const std::string claim =
      "SELECT * FROM claim_batch('" + login + "', '80000000-0000-0000-0000-000000000000', false)";
  // What the session must learn of the catalogue is not the claim's.
  for (int i = 0; i < 3; ++i) CHECK(connection.run("claim", claim).rows() == 1);
  const auto plan = nlohmann::json::parse(
      connection.run("explain", "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + claim).text(0, 0));
  const auto& blocks = plan[0]["Plan"];
  return blocks["Shared Hit Blocks"].get<std::int64_t>() +
         blocks["Shared Read Blocks"].get<std::int64_t>();
}

}  // namespace

TEST_CASE("200 000 batches of one login are not read, and keep no other login waiting") {
  const int stores = GENERATE(3, 100'000);
  CAPTURE(stores);
  const TemporaryDirectory directory;
  const std::string url = database_with_roles();
  fill(url, "hostile", 200'000, stores);
  CHECK(blocks_of_claim(url, "hostile") < 60);
  query(url, "ANALYZE " + kInbox);
  CHECK(blocks_of_claim(url, "hostile") < 60);
  // Also while another session has the next store.
  auto other = connect(url);
  edo::postgres::Transaction transaction(other);
  (void)other.run(
      "lock",
      "SELECT * FROM claim_batch('hostile', '80000000-0000-0000-0000-000000000000', false)");
  CHECK(blocks_of_claim(url, "hostile") < 60);

  const Login honest(url, "shop_1", "edo_edge");
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  REQUIRE(run_replicator(
              {"run", "--once", "--via", "inbox", "--store", store.path(), "--to", honest.url()})
              .exit_code == 0);
  auto connection = connect(url);
  edo::apply::InboxWorker worker(connection);
  int claims = 0;
  while (rows_at(url) == 0 && claims < 10) {
    REQUIRE(worker.take());
    ++claims;
  }
  CHECK(claims <= 2);
  require_verified(store.path(), url);
}

TEST_CASE("logins take turns, and so do the stores of each") {
  const std::string url = migrated_database();
  fill(url, "a", 4, 1, "1");
  fill(url, "a", 2, 1, "2");
  fill(url, "b", 5, 1, "3");
  fill(url, "a", 1, 1, "4");
  auto connection = connect(url);
  edo::apply::InboxWorker worker(connection);
  while (worker.take()) continue;
  CHECK(turns(url) == "a1 b3 a2 b3 a4 b3 a1 b3 a2 b3 a1 a1");
}

TEST_CASE("a store's batches are applied in order, whichever login posted them") {
  const std::string url = migrated_database();
  fill(url, "b", 1, 1);
  fill(url, "a", 1, 1);
  fill(url, "b", 1, 1);
  auto connection = connect(url);
  edo::apply::InboxWorker worker(connection);
  while (worker.take()) continue;
  CHECK(turns(url) == "b8 a8 b8");
}

TEST_CASE("a postponed batch delays only its own store") {
  const std::string url = migrated_database();
  fill(url, "a", 2, 1, "1");
  fill(url, "a", 1, 1, "2");
  query(url, "UPDATE " + kInbox +
                 " SET attempts = 2, retry_at = 'infinity' WHERE id = (SELECT min(id) FROM " +
                 kInbox + ")");
  auto connection = connect(url);
  edo::apply::InboxWorker worker(connection);
  while (worker.take()) continue;
  CHECK(turns(url) == "a2");
  query(url, "UPDATE " + kInbox + " SET attempts = 3 WHERE attempts = 2");
  while (worker.take()) continue;
  CHECK(turns(url) == "a2 a1");
  CHECK(pending(url) == "1");
}

TEST_CASE("--once waits for what another session has locked") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  REQUIRE(run_replicator({"run", "--once", "--via", "inbox", "--store", store.path(), "--to", url})
              .exit_code == 0);
  edo::postgres::Connection other{edo::postgres::Target(url)};
  other.script("lock", "BEGIN; SELECT FROM " + kInbox + " FOR UPDATE");
  Process applier(replicator({"apply", "--once", "--to", url, "--json"}));
  SECTION("as that of a program which was killed") {
    REQUIRE(eventually([&] {
      return query_value(url,
                         "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = "
                         "'Lock' AND datname = current_database()") == "1";
    }));
    other.script("let go", "ROLLBACK");
    const Result ended = applier.wait();
    INFO(ended.err);
    CHECK(ended.exit_code == 0);
    require_verified(store.path(), url);
  }
  SECTION("and says so when that takes long") {
    const Result ended = applier.wait();
    CHECK(ended.exit_code == 75);
    CHECK_THAT(only_line(ended), Contains("another session has locked batches of the inbox"));
    CHECK(nlohmann::json::parse(ended.out)["batches"] == 0);
    CHECK(pending(url) == "1");
  }
}
