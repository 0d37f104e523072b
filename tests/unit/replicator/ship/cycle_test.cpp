#include "replicator/ship/cycle.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "base/uuid.hpp"
#include "replicator/ship/loop.hpp"
#include "storage/store.hpp"
#include "support/files.hpp"

using namespace edo;
using shipping::CycleOptions;
using shipping::Stop;

namespace {

// Fails as its script says, once for each entry, and remembers what it was given.
class ScriptedSink : public sinks::Sink {
 public:
  std::vector<ErrorKind> failures;
  std::vector<std::pair<std::int64_t, std::int64_t>> slices;
  std::size_t rows = 0;
  int prepared = 0;
  std::function<void()> on_ship;

  void prepare() override { ++prepared; }
  sinks::Shipped ship(const batch::Batch& batch) override {
    if (on_ship) on_ship();
    if (!failures.empty()) {
      const auto kind = failures.front();
      failures.erase(failures.begin());
      throw Error(kind, "as the script says");
    }
    slices.emplace_back(batch.first_seq, batch.last_seq);
    rows += batch.rows();
    sinks::Shipped shipped;
    shipped.inserted = batch.rows();
    return shipped;
  }
};

storage::Database new_store(const std::string& path, int rows) {
  storage::OpenOptions options;
  options.access = storage::Access::create;
  options.busy_timeout = std::chrono::seconds(10);
  auto store = storage::open_store(path, options);
  for (int i = 0; i < rows; ++i) {
    store.execute(
        "INSERT INTO invocations (id, created_at, updated_at, source_function) VALUES ('" +
        base::to_string(base::new_uuid()) +
        "', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', 'f')");
  }
  return store;
}

CycleOptions lines(std::int64_t count) {
  CycleOptions options;
  options.limits.changes = count;
  return options;
}

}  // namespace

TEST_CASE("a cycle ships what was there when it began") {
  const testing::TemporaryDirectory directory;
  auto store = new_store(directory / "s.db", 10);
  ScriptedSink sink;
  sink.on_ship = [&] {
    store.execute("UPDATE invocations SET source_function = 'g' WHERE rowid = 1");
  };
  const Stop stop;
  const auto progress = shipping::ship_store(directory / "s.db", sink, lines(4), stop);
  CHECK(progress.finished);
  CHECK(sink.slices == std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 4}, {5, 8}, {9, 10}});
  CHECK(progress.changes == 10);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 4);
  CHECK(store.integer("SELECT seq FROM outbox WHERE entity = 'watermark'") == 10);
}

TEST_CASE("in_doubt and busy are retried, other errors are thrown, and nothing is trimmed") {
  const testing::TemporaryDirectory directory;
  auto store = new_store(directory / "s.db", 4);
  const Stop stop;
  ScriptedSink sink;
  sink.failures = {ErrorKind::in_doubt, ErrorKind::busy};
  CHECK(shipping::ship_store(directory / "s.db", sink, lines(2), stop).finished);
  CHECK(sink.rows == 4);

  store.execute("UPDATE invocations SET source_function = 'g'");
  sink.failures = {ErrorKind::unavailable};
  CHECK_THROWS_AS(shipping::ship_store(directory / "s.db", sink, lines(2), stop), Error);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 5);
  sink.failures.assign(5, ErrorKind::in_doubt);
  CHECK_THROWS_AS(shipping::ship_store(directory / "s.db", sink, lines(2), stop), Error);
  CHECK(store.integer("SELECT count(*) FROM outbox") == 5);
}

TEST_CASE("a stop request ends a cycle after the current batch") {
  const testing::TemporaryDirectory directory;
  auto store = new_store(directory / "s.db", 10);
  Stop stop;
  ScriptedSink sink;
  sink.on_ship = [&] { stop.request(); };
  const auto progress = shipping::ship_store(directory / "s.db", sink, lines(4), stop);
  CHECK_FALSE(progress.finished);
  CHECK(progress.changes == 4);
  CHECK(store.integer("SELECT seq FROM outbox WHERE entity = 'watermark'") == 4);
}

TEST_CASE("a failing store does not delay the others") {
  const testing::TemporaryDirectory directory;
  auto store = new_store(directory / "good.db", 3);
  Stop stop;
  ScriptedSink sink;
  int errors = 0;
  shipping::LoopEvents events;
  events.on_error = [&](const std::string& subject, const Error&, std::chrono::milliseconds) {
    CHECK(subject == directory / "missing.db");
    ++errors;
  };
  events.on_cycle = [&](const std::string& subject, const shipping::Progress& progress) {
    CHECK(subject == directory / "good.db");
    CHECK(progress.rows == 3);
    stop.request();
  };
  shipping::LoopOptions options;
  options.stores = {directory / "missing.db", directory / "good.db"};
  options.interval = std::chrono::milliseconds(1);
  options.cycle = lines(100);
  shipping::ship_continuously(options, sink, events, stop);
  CHECK(errors == 1);
  CHECK(sink.rows == 3);
}
