#include "replicator/ship/healing.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "base/uuid.hpp"
#include "replicator/ship/cycle.hpp"
#include "storage/store.hpp"
#include "support/files.hpp"
#include "tables/healing.hpp"

using namespace edo;
using shipping::Stop;

namespace {

// A central database in a few lines: it has slices, knows how far they follow each other, and can
// lose them.
class MarkedSink : public sinks::Sink {
 public:
  std::string id = "11111111-1111-4111-8111-111111111111";
  std::vector<std::pair<std::int64_t, std::int64_t>> slices;
  std::size_t rows = 0;
  std::size_t fails_after = 1'000'000;  // batches
  bool forgets_gaps = false;            // never notes a batch that closes one

  void prepare() override {}
  sinks::Shipped ship(const batch::Batch& batch) override {
    if (slices.size() >= fails_after) throw Error(ErrorKind::unavailable, "as the test wants it");
    if (batch.last_seq < batch.first_seq || (forgets_gaps && batch.is_empty())) return {};
    slices.emplace_back(batch.first_seq, batch.last_seq);
    rows += batch.rows();
    return {};
  }
  std::optional<sinks::StoreState> state(const std::string& /*store_id*/) override {
    return sinks::StoreState{id, reached(), std::nullopt};
  }
  [[nodiscard]] std::int64_t reached() const {
    auto sorted = slices;
    std::sort(sorted.begin(), sorted.end());
    std::int64_t reached = 0;
    for (const auto& [first, last] : sorted) {
      if (first > reached + 1) break;
      reached = std::max(reached, last);
    }
    return reached;
  }
  void lose_all() {
    slices.clear();
    rows = 0;
  }
};

storage::Database new_store(const std::string& path, int rows) {
  auto store = storage::open_store(
      path, {.access = storage::Access::create, .busy_timeout = std::chrono::seconds(10)});
  storage::WriteTransaction transaction(store);
  for (int i = 0; i < rows; ++i) {
    store.execute(
        "INSERT INTO invocations (id, created_at, updated_at, source_function) VALUES ('" +
        base::to_string(base::new_uuid()) +
        "', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', 'f')");
  }
  transaction.commit();
  return store;
}

shipping::CycleOptions in_batches_of(std::int64_t lines) {
  shipping::CycleOptions options;
  options.limits.changes = lines;
  options.send_heartbeat = true;
  return options;
}

}  // namespace

TEST_CASE("interrupted healing continues where it was") {
  const testing::TemporaryDirectory directory;
  const std::string path = directory / "s.db";
  auto store = new_store(path, 5000);
  const Stop stop;
  MarkedSink sink;
  REQUIRE(shipping::ship_store(path, sink, in_batches_of(500), stop).finished);
  REQUIRE(sink.reached() == 5000);
  sink.lose_all();
  sink.fails_after = 4;
  CHECK_THROWS_AS(shipping::ship_store(path, sink, in_batches_of(500), stop), Error);
  const auto broken = tables::CentralRecord(store).healing();
  REQUIRE(broken);
  CHECK(broken->after_seq == 0);
  CHECK(broken->until_seq == 5000);
  CHECK(sink.reached() == 0);  // what came again leaves a gap behind it

  sink.fails_after = 1'000'000;
  REQUIRE(shipping::ship_store(path, sink, in_batches_of(500), stop).finished);
  CHECK_FALSE(tables::CentralRecord(store).is_healing());
  CHECK(sink.rows == 5000);  // none of them twice
  CHECK(sink.reached() == 10'000);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 1);
}

TEST_CASE("a central database that is replaced during healing is healed from the beginning") {
  const testing::TemporaryDirectory directory;
  const std::string path = directory / "s.db";
  auto store = new_store(path, 3000);
  const Stop stop;
  MarkedSink sink;
  REQUIRE(shipping::ship_store(path, sink, in_batches_of(500), stop).finished);
  sink.slices.resize(2);  // as after a restore
  sink.fails_after = 5;
  CHECK_THROWS_AS(shipping::ship_store(path, sink, in_batches_of(500), stop), Error);
  REQUIRE(tables::CentralRecord(store).healing()->after_seq == 1000);

  sink.lose_all();
  sink.fails_after = 1'000'000;
  SECTION("it was restored from an older backup") {}
  SECTION("it is another one") { sink.id.front() = '2'; }
  REQUIRE(shipping::ship_store(path, sink, in_batches_of(500), stop).finished);
  CHECK_FALSE(tables::CentralRecord(store).is_healing());
  CHECK(sink.rows >= 3000);
  CHECK(sink.reached() == store.integer("SELECT max(seq) FROM outbox"));
}

TEST_CASE("a central database that never notes what came is not sent everything again and again") {
  const testing::TemporaryDirectory directory;
  const std::string path = directory / "s.db";
  auto store = new_store(path, 1000);
  const Stop stop;
  MarkedSink sink;
  REQUIRE(shipping::ship_store(path, sink, in_batches_of(500), stop).finished);
  sink.lose_all();
  sink.forgets_gaps = true;
  for (int cycle = 0; cycle < 3; ++cycle) {
    REQUIRE(shipping::ship_store(path, sink, in_batches_of(500), stop).finished);
    CHECK(tables::CentralRecord(store).is_healing());
    CHECK(sink.rows == 1000);
  }
}
