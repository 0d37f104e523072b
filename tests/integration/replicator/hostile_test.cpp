// One edge, or a broken program with its password, cannot change what others brought, nor stop
// them.
#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

#include "batches.hpp"
#include "fixture.hpp"
#include "replicator/apply/apply.hpp"
#include "replicator/postgres/copy.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/sinks/files.hpp"
#include "replicator/sinks/inbox.hpp"
#include "replicator/source/source.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;
using edo::batch::Batch;

namespace {

const std::string kCentral = "event_detector_observability.";
const std::string kLetters = kCentral + "replication_dead_letters";

std::string inbox(const std::string& url, const std::string& what, const std::string& condition) {
  return query_value(
      url, "SELECT " + what + " FROM " + kCentral + "replication_inbox WHERE " + condition);
}

}  // namespace

TEST_CASE("a row belongs to the store that brought it first") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto invocation = store.start_tree();
  const Batch forgery = forged(store);
  ship(store.path(), url);
  const std::string state = fingerprint(url);

  SECTION("whatever another store posts") {
    post(url, forgery);
    const Result applied = run_replicator({"apply", "--to", url, "--once"});
    CHECK(applied.exit_code == 1);
    CHECK_THAT(applied.err, Contains("5 rows are refused"));
  }
  SECTION("whatever another store ships directly") {
    auto connection = connect(url);
    CHECK(edo::apply::Applier(connection, "test").apply(forgery).dead == 5);
  }
  CHECK(fingerprint(url) == state);
  CHECK(query_value(url, "SELECT count(*) FROM " + kLetters +
                             " WHERE error LIKE 'the row belongs to store ' || (SELECT DISTINCT "
                             "store_id FROM " +
                             kCentral + "invocations) || '%edo-replicator adopt --from%'") == "5");
  // Its own states still come, and the forgery is not mistaken for one that has been applied.
  store.finish_tree(invocation);
  ship(store.path(), url);
  require_verified(store.path(), url);
  query(url, "SELECT " + kCentral + "maintenance()");
  CHECK(query_value(url, "SELECT count(*) FROM " + kLetters) == "5");
  CHECK_THAT(run_replicator({"requeue", "--to", url}).err, Contains("5 rows are refused again"));
}

TEST_CASE("an older state of a row of another store is refused as well") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  (void)store.start_tree();
  auto connection = connect(url);
  CHECK(edo::apply::Applier(connection, "test").apply(forged(store)).inserted == 5);
  // Its rows were taken by another store, which is reported.
  const Result shipped = run_replicator({"run", "--once", "--store", store.path(), "--to", url});
  CHECK(shipped.exit_code == 1);
  CHECK(query_value(url, "SELECT count(*) FROM " + kLetters) == "5");
}

TEST_CASE("a label that is too long is cut, and refuses nothing") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(1);
  Batch batch = everything(store);
  batch.host_label = std::string(100'000, 'x') + "\xff";
  post(url, batch);
  CHECK(run_replicator({"apply", "--to", url, "--once"}).exit_code == 0);
  CHECK(rows_at(url) == 5);
  CHECK(query_value(url,
                    "SELECT host_label LIKE repeat('x', 500) || ' [edo: %' AND "
                    "octet_length(host_label) < 2000 "
                    "FROM " +
                        kCentral + "replication_stores") == "t");
}

TEST_CASE("rows that another store inserts after the lookup are refused") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  const Batch forgery = forged(store);
  HeldApplier held(url, forgery);
  ship(store.path(), url);
  const std::string state = fingerprint(url);
  CHECK(held.let_go().dead == 15);
  CHECK(fingerprint(url) == state);
}

TEST_CASE("the statement that merges refuses rows of another store by itself") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  (void)store.start_tree();
  const Batch forgery = forged(store);
  ship(store.path(), url);
  auto connection = connect(url);
  constexpr std::array<std::size_t, 1> kFirst = {0};
  for (std::size_t table = 0; table < forgery.tables.size(); ++table) {
    CHECK_THROWS_WITH(connection.run("write", edo::apply::merge(table),
                                     edo::apply::merge_parameters(forgery, table, kFirst)),
                      Contains("the row belongs to store"));
  }
}

TEST_CASE("rows can be adopted by another store, which then ships them") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto invocation = store.start_tree();
  ship(store.path(), url);
  // A store that was made anew from the rows of the first one, and counts from one.
  store.finish_tree(invocation);
  Batch anew = everything(store);
  const std::string from = edo::base::to_string(anew.store_id);
  anew.store_id = edo::base::new_uuid();
  const std::string by = edo::base::to_string(anew.store_id);
  for (auto& table : anew.tables) {
    for (auto& version : table.versions) version = 1;
  }
  auto connection = connect(url);
  CHECK(edo::apply::Applier(connection, "test").apply(anew).dead == 3);

  const Result adopted =
      run_replicator({"adopt", "--from", from, "--by", by, "--to", url, "--json"});
  INFO(adopted.err);
  CHECK(adopted.exit_code == 0);
  CHECK(nlohmann::json::parse(adopted.out)["rows"] == 5);
  CHECK(run_replicator({"requeue", "--to", url}).exit_code == 0);
  CHECK(query_value(url, "SELECT count(*) FROM " + kLetters) == "0");
  CHECK(query_value(url, "SELECT status FROM " + kCentral + "invocations") == "failed");
  // The store that had them before reports it.
  CHECK(run_replicator({"run", "--once", "--store", store.path(), "--to", url}).exit_code == 1);
  CHECK(query_value(url, "SELECT count(*) FROM " + kCentral + "invocations WHERE store_id = '" +
                             by + "'") == "1");

  const Result again = run_replicator({"adopt", "--from", from, "--by", by, "--to", url});
  CHECK(again.exit_code == 1);
  CHECK_THAT(only_line(again), Contains("no row in the central database belongs to store " + from));
  CHECK(run_replicator({"adopt", "--from", from, "--by", from, "--to", url}).exit_code == 2);
  CHECK(run_replicator({"adopt", "--from", "shop", "--by", by, "--to", url}).exit_code == 2);
  CHECK(run_replicator({"adopt", "--from", from, "--to", url}).exit_code == 2);
}

TEST_CASE("a batch that makes the server fail is applied row by row, and others continue") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore hostile(directory / "hostile.db");
  hostile.add_trees(3);
  SampleStore other(directory / "other.db");
  other.add_trees(3);
  post(url, bomb(hostile, kServerCannot));
  CHECK(inbox(url, "octet_length(payload) < 10000", "true") == "t");
  post(url, everything(other));
  const Result applied =
      run_replicator({"apply", "--to", url, "--once", "--workers", "1", "--json"});
  INFO(applied.err);
  CHECK(applied.exit_code == 1);
  CHECK_THAT(applied.err, Contains("invalid memory alloc request size"));
  const auto answer = nlohmann::json::parse(applied.out);
  CHECK(answer["batches"] == 2);
  CHECK(answer["dead_letters"] == 1);
  CHECK(answer["error"].is_null());
  CHECK(rows_at(url) == 29);
  require_verified(other.path(), url);
  // It was tried by itself three times, before it was suspected.
  CHECK(inbox(url, "attempts", "state = 'applied' ORDER BY id LIMIT 1") == "3");

  // The letter fails each time too, and is no reason to stop.
  const Result requeued = run_replicator({"requeue", "--to", url});
  CHECK(requeued.exit_code == 1);
  CHECK_THAT(only_line(requeued), Contains("1 row is refused again"));
}

TEST_CASE("while no batch can be applied, failing batches are postponed and not set aside") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  query(url,
        "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
        " 'in trouble' USING ERRCODE = 'XX000'; END $$; CREATE TRIGGER trouble BEFORE INSERT ON " +
            kCentral + "invocations EXECUTE FUNCTION trouble()");
  post(url, everything(store));
  for (int round = 0; round < 2; ++round) {
    const Result applied = run_replicator({"apply", "--to", url, "--once"});
    CHECK(applied.exit_code == 1);
    CHECK_THAT(applied.err, Contains("in trouble"));
  }
  CHECK(inbox(url, "state || ' ' || error", "attempts >= 5").find("pending ") == 0);
  query(url, "DROP FUNCTION trouble CASCADE");
  CHECK(run_replicator({"apply", "--to", url, "--once"}).exit_code == 0);
  require_verified(store.path(), url);
}

TEST_CASE("a batch that is too large is set aside without being fetched") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore hostile(directory / "hostile.db");
  hostile.add_trees(1);
  SampleStore other(directory / "other.db");
  other.add_trees(3);
  post(url, bomb(hostile, kProgramWillNot));
  query(url, "INSERT INTO " + kCentral +
                 "replication_inbox (store_id, first_seq, last_seq, payload) SELECT "
                 "gen_random_uuid(), 1, 1, convert_to(repeat('x', 200000000), 'UTF8')");
  post(url, everything(other));
  Process applier(replicator({"apply", "--to", url, "--interval", "10ms"}));
  CHECK(eventually([&] { return inbox(url, "count(*)", "state = 'pending'") == "0"; }));
  const auto status = read_file("/proc/" + std::to_string(applier.pid()) + "/status");
  const auto peak = std::stol(status.substr(status.find("VmHWM:") + 6));
  applier.kill(SIGTERM);
  CHECK(applier.wait().exit_code == 0);
  CHECK(peak < 100'000);  // KiB
  CHECK(inbox(url, "count(*)", "state = 'failed' AND error LIKE '%the limit is 72 MiB%'") == "2");
  require_verified(other.path(), url);
}

TEST_CASE("a file that makes the server fail is skipped, and others are imported") {
  const TemporaryDirectory directory;
  const TemporaryDirectory medium;
  const std::string url = migrated_database();
  SampleStore other(directory / "other.db");
  other.add_trees(3);
  SampleStore hostile(directory / "hostile.db");
  hostile.add_trees(3);
  {
    edo::sinks::Directory files(medium.path());
    edo::sinks::FilesSink sink(files, {});
    (void)sink.ship(bomb(hostile, kServerCannot));
  }
  const auto import = [&] {
    return run_replicator({"import", "--dir", medium.path(), "--to", url, "--json"});
  };
  // Nothing says yet that the central database is well.
  const Result alone = import();
  CHECK(alone.exit_code == 1);
  CHECK_THAT(alone.err, Contains("invalid memory alloc request size"));
  REQUIRE(run_replicator({"export", "--store", other.path(), "--dir", medium.path()}).exit_code ==
          0);
  const Result imported = import();
  INFO(imported.err);
  CHECK(imported.exit_code == 1);
  CHECK(nlohmann::json::parse(imported.out)["skipped"].size() == 1);
  CHECK(rows_at(url) == 15);
  require_verified(other.path(), url);
}
