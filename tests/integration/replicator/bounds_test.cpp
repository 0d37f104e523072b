// A worker's memory has a bound, whatever a batch, a file, a letter or a store holds.
#include <catch2/catch.hpp>
#include <random>

#include "base/time.hpp"
#include "batches.hpp"
#include "fixture.hpp"
#include "replicator/batch/body.hpp"
#include "replicator/batch/codec.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/sinks/files.hpp"
#include "replicator/sinks/inbox.hpp"

using namespace edo::testing;
using edo::batch::Batch;
using edo::tables::Type;

namespace {

const std::string kCentral = "event_detector_observability.";
// Sanitizers take several times the memory, so with them it only matters that all is applied.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long kMostKiB = 4096 * 1024;
#else
constexpr long kMostKiB = 256 * 1024;
#endif
constexpr std::size_t kMiB = std::size_t{1} << 20;

// Runs edo-replicator and says how much memory it had at its peak.
struct Measured {
  Result result;
  long peak_kib = 0;
};

Measured measure(std::vector<std::string> arguments) {
  constexpr const char* kWatch =
      "import os, sys\n"
      "pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])\n"
      "_, status, usage = os.wait4(pid, 0)\n"
      "print('peak', usage.ru_maxrss, file=sys.stderr)\n"
      "sys.exit(os.waitstatus_to_exitcode(status) % 256)\n";
  Command command = replicator(std::move(arguments));
  command.argv.insert(command.argv.begin(), {"python3", "-c", kWatch});
  // It would write to memory that is had but never used.
  command.environment["MALLOC_PERTURB_"] = std::nullopt;
  Measured measured{run(command, std::chrono::minutes(4))};
  auto& err = measured.result.err;
  const auto at = err.rfind("peak ");
  REQUIRE(at != std::string::npos);
  measured.peak_kib = std::stol(err.substr(at + 5));
  err.resize(at);
  UNSCOPED_INFO("peak of " << command.argv[4] << ": " << measured.peak_kib << " KiB, ended with "
                           << measured.result.exit_code << ": " << err);
  return measured;
}

// A JSON text that hardly compresses.
std::string noise(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text(size, '"');
  for (std::size_t at = 1; at + 1 < size;) {
    auto bits = random();
    for (int i = 0; i < 10 && at + 1 < size; ++i, bits /= 64) {
      text[at++] = static_cast<char>('0' + bits % 64 + (bits % 64 >= 44 ? 1 : 0));
    }
  }
  return text;
}

std::size_t field_named(std::size_t table, std::string_view name) {
  const auto fields = edo::batch::fields(table);
  std::size_t field = 0;
  while (fields[field].name != name) ++field;
  return field;
}

Batch empty_batch() {
  Batch batch;
  batch.store_id = edo::base::new_uuid();
  batch.host_label = "hostile";
  batch.schema_version = 3;
  batch.first_seq = 1;
  batch.last_seq = 1'000'000;
  batch.sent_at = edo::base::Clock::system().now();
  return batch;
}

// Adds a row that has what it must have, and null in the other columns.
void add_row(Batch& batch, std::size_t table, const edo::base::Uuid& id, std::int64_t version = 1) {
  auto& rows = batch.tables[table];
  for (std::size_t field = 0; field < rows.columns.size(); ++field) {
    auto& column = rows.columns[field];
    const auto& name = edo::batch::fields(table)[field].name;
    if (name == "id") {
      column.add(id);
    } else if (name == "invocation_id" || name == "job_execution_id") {
      column.add(edo::base::Uuid{});
    } else if (name == "created_at" || name == "updated_at") {
      column.add(batch.sent_at);
    } else if (name == "status") {
      column.add(std::string_view("running"));
    } else if (name == "level") {
      column.add(std::string_view("info"));
    } else if (name == "message" || name == "source_function") {
      column.add(std::string_view("x"));
    } else if (column.type() == Type::integer) {
      column.add(std::int64_t{0});
    } else {
      column.add_null();
    }
  }
  rows.versions.push_back(version);
}

void replace_text(Batch& batch, std::size_t table, std::string_view field, std::string_view text) {
  auto& column = batch.tables[table].columns[field_named(table, field)];
  edo::batch::Column changed(column.type());
  for (std::size_t row = 0; row + 1 < column.size(); ++row) changed.add_from(column, row);
  changed.add(text);
  column = std::move(changed);
}

constexpr std::size_t kLargestDocument = 32 * kMiB;  // of the recorder, by maxJsonSize

// The largest row that a recorder can make.
Batch giant(const edo::base::Uuid& store, const edo::base::Uuid& id, std::int64_t version = 1) {
  Batch batch = empty_batch();
  batch.store_id = store;
  batch.first_seq = batch.last_seq = version;
  add_row(batch, 0, id, version);
  replace_text(batch, 0, "source_event_payload", noise(kLargestDocument));
  replace_text(batch, 0, "context_data", noise(kLargestDocument));
  return batch;
}

Batch tiny_rows(std::size_t count) {
  Batch batch = empty_batch();
  for (std::size_t i = 0; i < count; ++i) add_row(batch, 3, edo::base::new_uuid());
  return batch;
}

Measured apply(const std::string& url) {
  return measure({"apply", "--once", "--workers", "1", "--to", url, "--json"});
}

std::string at_central(const std::string& url, const std::string& what, const std::string& from) {
  return query_value(url, "SELECT " + what + " FROM " + kCentral + from);
}

}  // namespace

TEST_CASE("the largest row of a recorder is applied within the bound, new and known") {
  const std::string url = migrated_database();
  const auto store = edo::base::new_uuid();
  const auto id = edo::base::new_uuid();
  for (std::int64_t version = 1; version <= 3; ++version) post(url, giant(store, id, version));
  const Measured applied = apply(url);
  CHECK(applied.result.exit_code == 0);
  CHECK(applied.peak_kib < kMostKiB);
  CHECK(at_central(url, "row_version || ' ' || length(context_data #>> '{}')", "invocations") ==
        "3 " + std::to_string(kLargestDocument - 2));
}

TEST_CASE("the largest row of a recorder becomes a dead letter and a row within the bound") {
  const std::string url = migrated_database();
  query(url, "ALTER TABLE " + kCentral +
                 "invocations ADD CONSTRAINT small CHECK "
                 "(length(context_data::text) < 1000)");
  post(url, giant(edo::base::new_uuid(), edo::base::new_uuid()));
  const Measured refused = apply(url);
  CHECK(refused.result.exit_code == 1);
  CHECK(refused.peak_kib < kMostKiB);
  const Measured again = measure({"requeue", "--to", url});
  CHECK(again.result.exit_code == 1);
  CHECK(again.peak_kib < kMostKiB);
  query(url, "ALTER TABLE " + kCentral + "invocations DROP CONSTRAINT small");
  const Measured taken = measure({"requeue", "--to", url});
  CHECK(taken.result.exit_code == 0);
  CHECK(taken.peak_kib < kMostKiB);
  CHECK(rows_at(url) == 1);
}

TEST_CASE("a file with the largest row is imported and shown within the bound") {
  const TemporaryDirectory medium;
  const std::string url = migrated_database();
  {
    edo::sinks::Directory files(medium.path());
    edo::sinks::FilesSink sink(files, {});
    (void)sink.ship(giant(edo::base::new_uuid(), edo::base::new_uuid()));
  }
  const Measured imported = measure({"import", "--dir", medium.path(), "--to", url});
  CHECK(imported.result.exit_code == 0);
  CHECK(imported.peak_kib < kMostKiB);
  CHECK(rows_at(url) == 1);
  edo::sinks::Directory files(medium.path());
  const auto file = medium / edo::sinks::list_batches(files).files.at(0).name;
  const Measured shown = measure({"inspect", "--rows", "--json", file});
  CHECK(shown.result.exit_code == 0);
  CHECK(shown.result.out.size() > 2 * kLargestDocument);
  CHECK(shown.peak_kib < kMostKiB);
}

TEST_CASE("a store with the largest rows is shipped within the bound") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  for (int i = 0; i < 3; ++i) (void)store.start_tree();
  const std::string document = noise(kLargestDocument);
  store.execute("UPDATE invocations SET source_event_payload = '" + document + "'");
  store.execute("UPDATE invocations SET context_data = '" + document + "'");
  for (const std::string via : {"inbox", "direct"}) {
    store.execute("UPDATE invocations SET updated_at = created_at");
    const Measured shipped =
        measure({"run", "--once", "--via", via, "--store", store.path(), "--to", url});
    CHECK(shipped.result.exit_code == 0);
    CHECK(shipped.peak_kib < kMostKiB);
  }
}

TEST_CASE("a batch of very many rows is applied within the bound") {
  const std::string url = migrated_database();
  post(url, tiny_rows(95'000));
  const Measured applied = apply(url);
  CHECK(applied.result.exit_code == 0);
  CHECK(applied.peak_kib < kMostKiB);
}

TEST_CASE("a batch of rejects becomes dead letters within the bound") {
  const std::string url = migrated_database();
  const bool many = GENERATE(false, true);
  Batch batch = empty_batch();
  const std::size_t count = many ? 20'000 : 4;
  const std::string row = noise(many ? 100 : 15 * kMiB);
  for (std::size_t i = 0; i < count; ++i) {
    batch.rejects.push_back({0, std::to_string(i), 1, "it does not fit", row + std::to_string(i)});
  }
  query(url, "UPDATE " + kCentral + "replication_quotas SET store_dead_letters = NULL");
  post(url, batch);
  const Measured applied = apply(url);
  CHECK(applied.result.exit_code == 1);
  CHECK(applied.peak_kib < kMostKiB);
  CHECK(at_central(url, "count(*)", "replication_dead_letters") == std::to_string(count));
}

TEST_CASE("texts that many rows share count as often as they come") {
  const std::string url = migrated_database();
  Batch batch = empty_batch();
  const std::string text = noise(kMiB);
  for (int i = 0; i < 1000; ++i) {
    add_row(batch, 3, edo::base::new_uuid());
  }
  auto& column = batch.tables[3].columns[field_named(3, "message")];
  column = edo::batch::Column(column.type());
  for (int i = 0; i < 1000; ++i) column.add(text);
  post(url, batch);
  const Measured applied = apply(url);
  CHECK(applied.result.exit_code == 1);
  CHECK(applied.peak_kib < kMostKiB);
  CHECK(at_central(url, "state", "replication_inbox") == "failed");
}

TEST_CASE("a batch that is refused row by row needs no more memory") {
  const std::string url = migrated_database();
  query(url, "ALTER TABLE " + kCentral + "job_logs ADD CONSTRAINT none CHECK (data IS NULL)");
  Batch batch = empty_batch();
  const std::string text = noise(6000);
  auto& rows = batch.tables[3];
  for (int i = 0; i < 10'000; ++i) add_row(batch, 3, edo::base::new_uuid());
  const auto fill = [&](std::string_view name, auto value) {
    auto& column = rows.columns[field_named(3, name)];
    column = edo::batch::Column(column.type());
    for (int i = 0; i < 10'000; ++i) {
      const std::string made = value(i);
      made.empty() ? column.add_null() : column.add(std::string_view(made));
    }
  };
  fill("message", [&](int i) { return text + std::to_string(i); });
  fill("data", [&](int i) { return std::string(i % 500 == 0 ? "1" : ""); });
  post(url, batch);
  const Measured applied = apply(url);
  CHECK(applied.result.exit_code == 1);
  CHECK(applied.peak_kib < kMostKiB);
  CHECK(rows_at(url) == 9980);
  CHECK(at_central(url, "count(*)", "replication_dead_letters") == "20");
}
