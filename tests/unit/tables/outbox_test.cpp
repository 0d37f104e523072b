#include "tables/outbox.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "edo/recorder.hpp"
#include "storage/store.hpp"
#include "support/files.hpp"
#include "support/store_rows.hpp"

namespace edo::tables {
namespace {

class OutboxStore {
 public:
  testing::TemporaryDirectory directory;
  std::string path = directory / "telemetry.db";
  storage::Database database = storage::open_store(path, creating());
  Outbox outbox{database};

  static storage::OpenOptions creating() {
    storage::OpenOptions options;
    options.access = storage::Access::create;
    return options;
  }

  // "seq entity" of each line.
  [[nodiscard]] std::vector<std::string> lines() {
    std::vector<std::string> result;
    for (const auto& row :
         testing::rows(database, "SELECT seq || ' ' || entity AS l FROM outbox ORDER BY seq")) {
      result.push_back(row.at("l"));
    }
    return result;
  }
  void execute(const std::string& sql) { database.execute(sql); }
};

// Rows as the recorder makes them, with the id N.
std::string id(int n) {
  const std::string digits = std::to_string(n);
  return "00000000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}
std::string invocation(int n) {
  return "INSERT INTO invocations (id, created_at, updated_at, source_function) VALUES ('" + id(n) +
         "', '2026-03-01T10:00:0" + std::to_string(n) + ".000000Z', '2026-03-01T10:00:0" +
         std::to_string(n) + ".000000Z', 'f');";
}
std::string change(int n) {
  return "UPDATE invocations SET status = 'completed', updated_at = '2026-03-01T11:00:00.000000Z'"
         " WHERE id = '" +
         id(n) + "';";
}

TEST_CASE("every change of every telemetry table leaves a line in the same transaction") {
  OutboxStore store;
  for (const Table& table : tables()) {
    const std::string name(table.name);
    CHECK(store.database.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND"
                                 " tbl_name = '" +
                                 name + "' AND sql LIKE '%AFTER INSERT ON%'") == 1);
    CHECK(store.database.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND"
                                 " tbl_name = '" +
                                 name + "' AND sql LIKE '%AFTER UPDATE ON%'") == 1);
  }
  {
    Recorder recorder({.store = store.path});
    auto one = recorder.start_invocation({.source_function = "f"});
    auto event = one.start_event({.event_name = "e"});
    event.detected();
    auto job = event.start_job({.job_name = "j"});
    job.log(LogLevel::info, "x");
    job.complete();
    event.complete();
    one.complete();
  }
  const std::vector<std::string> expected = {
      "0 watermark",        "1 invocations",      "2 event_executions",
      "3 event_executions", "4 job_executions",   "5 job_logs",
      "6 job_executions",   "7 event_executions", "8 invocations"};
  CHECK(store.lines() == expected);
  // A change by anybody counts, a deletion does not: the central database keeps what the store
  // forgets.
  store.execute("UPDATE job_logs SET message = 'y'; DELETE FROM job_logs");
  CHECK(store.lines().back() == "9 job_logs");
  CHECK(store.lines().size() == 10);
  {
    const storage::WriteTransaction undone(store.database);
    store.execute("UPDATE invocations SET status = 'failed'");
  }
  CHECK(store.lines().size() == 10);
}

TEST_CASE("the watermark cannot be deleted, and the error says why") {
  OutboxStore store;
  store.execute(invocation(1));
  CHECK_THROWS_WITH(store.execute("DELETE FROM outbox"),
                    Catch::Contains("must keep its watermark"));
  CHECK(store.lines().size() == 2);
}

TEST_CASE("sequence numbers continue when everything has been shipped") {
  OutboxStore store;
  store.execute(invocation(1) + change(1));
  CHECK(store.outbox.watermark() == 0);
  CHECK(store.outbox.newest() == 2);
  CHECK(store.outbox.pending_lines() == 2);
  CHECK(store.outbox.pending_rows() == 1);
  store.outbox.trim(2);
  CHECK(store.lines() == std::vector<std::string>{"2 watermark"});
  CHECK(store.outbox.watermark() == 2);
  CHECK(store.outbox.newest() == 2);
  CHECK(store.outbox.pending_lines() == 0);
  CHECK_FALSE(store.outbox.oldest_change());
  store.execute("VACUUM");
  store.execute(invocation(2));
  CHECK(store.lines().back() == "3 invocations");
}

TEST_CASE("trimming forgets what was acknowledged and nothing else") {
  OutboxStore store;
  store.execute(invocation(1) + invocation(2) + invocation(3));
  store.outbox.trim(2);
  CHECK(store.lines() == std::vector<std::string>{"2 watermark", "3 invocations"});
  store.outbox.trim(1);  // by somebody who is late
  CHECK(store.outbox.watermark() == 2);
  CHECK_THROWS_WITH(store.outbox.trim(4), Catch::Contains("an older copy replaced the file"));
  CHECK(store.outbox.watermark() == 2);
}

TEST_CASE("trimming keeps what was not acknowledged, whether that is little or much") {
  OutboxStore store;
  store.execute(invocation(1));
  const auto state = [&] {
    return store.database.text(
        "SELECT count(*) || ' lines, ' || min(seq) || ' to ' || max(seq) || ', ' ||"
        " sum(entity = 'watermark') || ' watermark, ' || count(DISTINCT row) || ' rows' FROM "
        "outbox");
  };
  for (int i = 2; i <= 3000; ++i) store.execute(change(1));
  CHECK(store.outbox.trim(1200, 500) == 500);  // too much is left, so it goes step by step
  CHECK(state() == "2501 lines, 500 to 3000, 1 watermark, 2 rows");
  CHECK(store.outbox.trim(1200) == 1200);
  CHECK(state() == "1801 lines, 1200 to 3000, 1 watermark, 2 rows");
  CHECK(store.outbox.trim(2500, 500) == 2500);  // little is left, so it goes at once
  CHECK(state() == "501 lines, 2500 to 3000, 1 watermark, 2 rows");
  CHECK(store.outbox.trim(700) == 2500);
  CHECK(store.outbox.slice(2500, 3000, 1000).rows.at(0).last_seq == 3000);
  CHECK(store.outbox.trim(3000) == 3000);
  CHECK(state() == "1 lines, 3000 to 3000, 1 watermark, 1 rows");
  store.execute(change(1));
  CHECK(store.lines().back() == "3001 invocations");
}

TEST_CASE("what trimmed entries changed is known, however they were trimmed") {
  OutboxStore store;
  CHECK(store.outbox.trimmed().since(0) == LeastIds{});
  const std::string least = id(2).substr(0, 13);
  const LeastIds one{least, std::nullopt, std::nullopt, std::nullopt};
  SECTION("at once") {
    store.execute(invocation(2) + invocation(3));
    CHECK(store.outbox.trim(2) == 2);
    CHECK(store.outbox.trimmed().since(0) == one);
  }
  SECTION("step by step") {
    store.execute(invocation(2));
    for (int i = 0; i < 2000; ++i) store.execute(change(2));
    CHECK(store.outbox.trim(600, 500) == 500);
    CHECK(store.outbox.trim(600, 500) == 600);
    CHECK(store.outbox.trimmed().since(0) == one);
    CHECK(store.outbox.trimmed().since(500) == one);
    CHECK(store.outbox.trimmed().since(600) == LeastIds{});
  }
  SECTION("by a program that notes nothing") {
    store.execute(invocation(2));
    CHECK(store.outbox.trim(1) == 1);
    store.execute(change(2));
    store.execute("DELETE FROM outbox WHERE entity <> 'watermark'");
    store.execute("UPDATE outbox SET seq = 2");
    CHECK_FALSE(store.outbox.trimmed().since(1));
  }
  SECTION("and lifted") {
    store.execute(invocation(2) + invocation(3));
    CHECK(store.outbox.trim(1) == 1);
    CHECK(store.outbox.lift(10) == 1);
    CHECK_FALSE(store.outbox.trimmed().since(1));
    CHECK(store.outbox.trimmed().since(10) == LeastIds{});
  }
}

TEST_CASE("a lifted outbox has the same lines in the same order, above what was shipped") {
  OutboxStore store;
  for (int n = 1; n <= 4; ++n) store.execute(invocation(n));
  CHECK(store.outbox.trim(1) == 1);
  const auto lines = store.lines();
  // Nothing is to be done below the watermark.
  CHECK(store.outbox.lift(1) == 0);
  CHECK(store.lines() == lines);
  // Among the numbers that are in use, and beyond them.
  const std::int64_t to = GENERATE(2, 3, 4, 100);
  CHECK(store.outbox.lift(to) == 3);
  CHECK(store.outbox.watermark() == to);
  const auto line = [&](int n) { return std::to_string(to + n); };
  CHECK(store.lines() == std::vector<std::string>{line(0) + " watermark", line(1) + " invocations",
                                                  line(2) + " invocations",
                                                  line(3) + " invocations"});
  const Slice slice = store.outbox.slice(to, to + 3, 10);
  REQUIRE(slice.rows.size() == 3);
  CHECK(slice.rows.front().id == id(2));
  store.execute(invocation(5));
  CHECK(store.outbox.newest() == to + 4);
}

TEST_CASE("a slice names each row once, in the order of first changes") {
  OutboxStore store;
  store.execute(invocation(1) + invocation(2) + change(1) + invocation(3));
  const auto last = [&](std::int64_t after, std::int64_t until, std::int64_t lines) {
    return store.outbox.slice(after, until, lines).last_seq;
  };
  CHECK(last(0, 4, 2) == 2);
  CHECK(last(0, 4, 100) == 4);
  CHECK(last(0, 3, 100) == 3);
  CHECK(last(4, 4, 100) == 4);
  CHECK(store.outbox.slice(4, 4, 100).rows.empty());
  CHECK(store.outbox.slice(0, 4, 2).rows.size() == 2);
  const auto rows = store.outbox.slice(0, 4, 100).rows;
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].id == id(1));
  CHECK(rows[0].first_seq == 1);
  CHECK(rows[0].last_seq == 3);
  CHECK(tables().at(rows[0].table).name == "invocations");
  CHECK(rows[1].id == id(2));
  CHECK(rows[2].id == id(3));
  const auto later = store.outbox.slice(2, 4, 100).rows;
  REQUIRE(later.size() == 2);
  CHECK(later[0].id == id(1));
  CHECK(later[0].first_seq == 3);
}

TEST_CASE("the oldest change is that of the oldest line whose row is still there") {
  OutboxStore store;
  store.execute(invocation(1) + invocation(2));
  CHECK(store.outbox.oldest_change() == base::parse_timestamp("2026-03-01T10:00:01Z"));
  store.execute("DELETE FROM invocations WHERE id = '" + id(1) + "'");
  CHECK(store.outbox.oldest_change() == base::parse_timestamp("2026-03-01T10:00:02Z"));
  store.outbox.trim(2);
  store.execute(change(2));
  CHECK(store.outbox.oldest_change() == base::parse_timestamp("2026-03-01T11:00:00Z"));
}

TEST_CASE("an outbox that has lost its watermark is corrupt") {
  OutboxStore store;
  store.execute(invocation(1));
  store.execute("DROP TRIGGER outbox_keeps_watermark; DELETE FROM outbox WHERE seq = 0");
  CHECK_THROWS_WITH(store.outbox.watermark(), Catch::Contains("does not begin with its watermark"));
  CHECK_THROWS_AS(store.outbox.trim(1), Error);
}

}  // namespace
}  // namespace edo::tables
