// Slow or failing maintenance is reported, and neither run nor apply waits for it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"
#include "replicator/postgres/connection.hpp"
#include "support/wait.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

const std::string kCentral = "event_detector_observability.";

// As long as it lives, the hours cannot be brought up to date.
class HoursLocked {
 public:
  explicit HoursLocked(const std::string& url)
      : url_(url), connection_(edo::postgres::Target(url)) {
    connection_.script("lock", "BEGIN; LOCK TABLE " + kCentral + "metrics_hourly");
  }
  [[nodiscard]] bool are_waited_for() const {
    return query_value(url_, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '" +
                                 kCentral + "metrics_hourly'::regclass") != "0";
  }

 private:
  std::string url_;
  edo::postgres::Connection connection_;
};

// An edge, and the program whose maintenance is under test.
struct Edge {
  std::string via;
  std::string url = migrated_database();
  TemporaryDirectory directory = {};
  SampleStore store{directory / "telemetry.db"};
  std::int64_t besides = 0;  // rows that are in the central database and not of this store

  [[nodiscard]] std::vector<std::string> daemon(const std::string& to) const {
    if (via == "inbox") return {"apply", "--to", to, "--interval", "10ms"};
    return {"run", "--store", store.path(), "--to", to, "--interval", "10ms"};
  }
  [[nodiscard]] std::vector<std::string> once(const std::string& to) const {
    if (via == "inbox") return {"apply", "--to", to, "--once", "--json"};
    return {"run", "--store", store.path(), "--to", to, "--once", "--json"};
  }
  // Something that has to be shipped or applied.
  void add() {
    store.add_trees(1);
    if (via == "direct") return;
    const Result posted =
        run_replicator({"run", "--store", store.path(), "--to", url, "--once", "--via", "inbox"});
    REQUIRE(posted.exit_code == 0);
  }
  [[nodiscard]] bool is_done() { return rows_at(url) == store.rows() + besides; }
  [[nodiscard]] std::string hours() const {
    return query_value(url, "SELECT count(*) FROM " + kCentral + "metrics_hourly");
  }
};

void replace_hours_task(const std::string& url, const std::string& body) {
  query(url, "CREATE OR REPLACE FUNCTION " + kCentral +
                 "refresh_metrics_hourly(most integer DEFAULT 1000, passed_over integer DEFAULT 0)"
                 " RETURNS integer LANGUAGE plpgsql AS $$ BEGIN " +
                 body + " END $$");
}

}  // namespace

TEST_CASE("neither batches nor a stop request wait for maintenance") {
  Edge edge{GENERATE(as<std::string>(), "direct", "inbox")};
  CAPTURE(edge.via);
  HoursLocked hours(edge.url);
  edge.add();
  Process daemon(replicator(edge.daemon(edge.url)));
  REQUIRE(eventually([&] { return hours.are_waited_for(); }));
  for (int i = 0; i < 3; ++i) {
    edge.add();
    CHECK(eventually([&] { return edge.is_done(); }));
  }
  CHECK(hours.are_waited_for());
  const auto told = steady_clock::now();
  daemon.kill(SIGTERM);
  const Result ended = daemon.wait();
  INFO(ended.err);
  CHECK(ended.exit_code == 0);
  CHECK(steady_clock::now() - told < seconds(15));
  CHECK(ended.err.find("maintenance") == std::string::npos);
}

TEST_CASE(
    "the server ends maintenance that takes too long, which is told once and as maintenance") {
  Edge edge{GENERATE(as<std::string>(), "direct", "inbox")};
  CAPTURE(edge.via);
  query(edge.url, "INSERT INTO " + kCentral +
                      "invocations (id, created_at, updated_at, source_function) SELECT "
                      "gen_random_uuid(), now(), now(), 'f'; INSERT INTO " +
                      kCentral + "metrics_stale SELECT now()");
  edge.besides = 1;
  const HoursLocked hours(edge.url);
  // Long enough for the other statements on a busy machine.
  Process daemon(replicator(edge.daemon(edge.url + "?options=-c%20statement_timeout%3D5s")));
  REQUIRE(daemon.wait_for_error("retrying in"));
  edge.add();
  CHECK(eventually([&] { return edge.is_done(); }));
  // The other tasks are done nevertheless, before or after what was added has arrived.
  CHECK(eventually([&] {
    return query_value(edge.url, "SELECT count(*) FROM " + kCentral + "dashboard_stats") != "0";
  }));
  daemon.kill(SIGTERM);
  const Result ended = daemon.wait();
  INFO(ended.err);
  CHECK(ended.exit_code == 0);
  CHECK_THAT(ended.err, Contains("maintenance: refresh metrics_hourly at postgresql://") &&
                            Contains("statement timeout"));
  CHECK(ended.err.find("maintenance") == ended.err.rfind("maintenance"));
  CHECK(ended.err.find("no answer") == std::string::npos);
}

TEST_CASE("maintenance has a statement timeout of its own") {
  Edge edge{"direct"};
  query(edge.url, "CREATE TABLE seen (value text); GRANT ALL ON seen TO PUBLIC");
  replace_hours_task(edge.url,
                     "INSERT INTO public.seen VALUES (current_setting('statement_timeout'));"
                     " RETURN 0;");
  edge.add();
  ship(edge.store.path(), edge.url);
  CHECK(query_value(edge.url, "SELECT string_agg(DISTINCT value, ' ') FROM seen") == "4min");
}

TEST_CASE("the summary comes before maintenance and does not depend on it") {
  Edge edge{GENERATE(as<std::string>(), "direct", "inbox")};
  CAPTURE(edge.via);
  edge.add();

  SECTION("that waits") {
    auto hours = std::make_unique<HoursLocked>(edge.url);
    Process once(replicator(edge.once(edge.url)));
    REQUIRE(once.wait_for_output("}\n"));
    CHECK(edge.is_done());
    REQUIRE(eventually([&] { return hours->are_waited_for(); }));
    CHECK(once.running());
    hours.reset();
    const Result ended = once.wait();
    INFO(ended.err);
    CHECK(ended.exit_code == 0);
    CHECK(edge.hours() == "1");
  }

  SECTION("that fails") {
    replace_hours_task(edge.url, "RAISE EXCEPTION 'no figures';");
    const Result ended = run_replicator(edge.once(edge.url));
    // An edge has done its part; only apply must report failed maintenance with its exit code.
    CHECK(ended.exit_code == (edge.via == "direct" ? 0 : 1));
    CHECK_THAT(only_line(ended), Contains(", but maintenance failed: ") && Contains("no figures"));
    const auto answer = nlohmann::json::parse(ended.out);
    CHECK((edge.via == "direct" ? answer["stores"][0] : answer)["rows"] == 5);
    CHECK(edge.is_done());
  }
}

TEST_CASE("an hour that keeps failing is skipped and reported") {
  Edge edge{"direct"};
  edge.add();
  query(edge.url,
        "SET TimeZone TO 'UTC'; INSERT INTO " + kCentral +
            "invocations (id, created_at, updated_at, source_function) SELECT gen_random_uuid(),"
            " t, t, 'f' FROM (SELECT now() - n * interval '1 hour' AS t FROM generate_series(1, 9)"
            " n) s; INSERT INTO " +
            kCentral + "metrics_stale SELECT created_at FROM " + kCentral +
            "invocations; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'not this hour'; END $$; CREATE TRIGGER fail BEFORE INSERT ON " +
            kCentral + "metrics_hourly FOR EACH ROW WHEN (new.hour_bucket BETWEEN " +
            "now() - interval '5 hours 30 minutes' AND now() - interval '4 hours 30 minutes')"
            " EXECUTE FUNCTION fail()");
  const Result ended =
      run_replicator({"run", "--store", edge.store.path(), "--to", edge.url, "--once"});
  CHECK(ended.exit_code == 0);
  CHECK_THAT(only_line(ended), Contains("not this hour"));
  CHECK(edge.hours() == "9");
  CHECK(query_value(edge.url, "SELECT count(*) FROM " + kCentral + "metrics_stale") == "1");
}
