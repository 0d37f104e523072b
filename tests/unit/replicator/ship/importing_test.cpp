#include "replicator/ship/importing.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "replicator/sinks/receipt.hpp"
#include "support/files.hpp"

using namespace edo;
using batch::Batch;

namespace {

const base::Uuid kStore = base::new_uuid();

// Fails at the batches that begin with these changes.
class PickySink : public sinks::Sink {
 public:
  std::int64_t refuses = -1;
  std::int64_t breaks_at = -1;
  std::vector<std::int64_t> taken;

  void prepare() override {}
  sinks::Shipped ship(const Batch& batch) override {
    if (batch.first_seq == refuses) throw Error(ErrorKind::refused, "refused");
    if (batch.first_seq == breaks_at) throw Error(ErrorKind::unavailable, "gone");
    taken.push_back(batch.first_seq);
    return {};
  }
};

void write_batches(sinks::Directory& directory) {
  sinks::FilesSink files(directory, {});
  // Names sort otherwise.
  for (std::int64_t first = 5; first < 25; first += 5) {
    Batch batch;
    batch.store_id = kStore;
    batch.first_seq = first;
    batch.last_seq = first + 4;
    (void)files.ship(batch);
  }
}

}  // namespace

TEST_CASE("files are imported in the order of their sequence") {
  const testing::TemporaryDirectory place;
  sinks::Directory directory(place.path());
  write_batches(directory);
  PickySink sink;
  const shipping::Stop stop;
  std::int64_t changes = 0;
  shipping::ImportOptions options;
  options.on_progress = [&](const shipping::Progress& progress) {
    CHECK(progress.backlog == 20);
    changes = progress.changes;
  };
  const auto imported = shipping::import_directory(directory, sink, options, stop);
  CHECK(sink.taken == std::vector<std::int64_t>{5, 10, 15, 20});
  CHECK(changes == 20);
  CHECK(imported.gaps.empty());
  CHECK(sinks::Receipt::read(directory, kStore).covers(5, 24));
}

TEST_CASE("a refused file is skipped, and its changes are not in the receipt") {
  const testing::TemporaryDirectory place;
  sinks::Directory directory(place.path());
  write_batches(directory);
  PickySink sink;
  sink.refuses = 10;
  const shipping::Stop stop;
  const auto imported = shipping::import_directory(directory, sink, {}, stop);
  REQUIRE(imported.skipped.size() == 1);
  CHECK(imported.skipped[0].file == base::to_string(kStore) + "-10-14.edobatch");
  CHECK(imported.progress.finished);
  const auto receipt = sinks::Receipt::read(directory, kStore);
  CHECK(receipt.covers(5, 9));
  CHECK_FALSE(receipt.covers(10, 14));
  CHECK(receipt.covers(15, 24));
}

TEST_CASE("an invalid receipt does not stop the import of other stores") {
  const testing::TemporaryDirectory place;
  sinks::Directory directory(place.path());
  write_batches(directory);
  // Before the other one in the order of the directory.
  const base::Uuid first{};
  Batch batch;
  batch.store_id = first;
  batch.first_seq = 1;
  batch.last_seq = 4;
  (void)sinks::FilesSink(directory, {}).ship(batch);
  const auto name = base::to_string(first) + ".receipt";
  testing::write_file(place / name, "rubbish");
  PickySink sink;
  const shipping::Stop stop;
  const auto imported = shipping::import_directory(directory, sink, {}, stop);
  CHECK(sink.taken == std::vector<std::int64_t>{5, 10, 15, 20});
  REQUIRE(imported.skipped.size() == 1);
  CHECK(imported.skipped[0].file == name);
  CHECK_THAT(imported.skipped[0].error, Catch::Contains("delete it and import"));
  CHECK(testing::read_file(place / name) == "rubbish");
}

TEST_CASE("the receipt records how far an import came before a failure") {
  const testing::TemporaryDirectory place;
  sinks::Directory directory(place.path());
  write_batches(directory);
  PickySink sink;
  sink.breaks_at = 15;
  const shipping::Stop stop;
  CHECK_THROWS_WITH(shipping::import_directory(directory, sink, {}, stop), "gone");
  CHECK(sinks::Receipt::read(directory, kStore).last_seq() == 14);
}

TEST_CASE("a stop request ends an import after the current file") {
  const testing::TemporaryDirectory place;
  sinks::Directory directory(place.path());
  write_batches(directory);
  PickySink sink;
  shipping::Stop stop;
  shipping::ImportOptions options;
  options.on_progress = [&](const shipping::Progress&) { stop.request(); };
  CHECK_FALSE(shipping::import_directory(directory, sink, options, stop).progress.finished);
  CHECK(sink.taken.size() == 1);
  CHECK(sinks::Receipt::read(directory, kStore).last_seq() == 9);
}
