// Batches may come twice, late, cut differently, and from two sides at once.
#include <catch2/catch.hpp>

#include "batches.hpp"
#include "fixture.hpp"
#include "replicator/apply/apply.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/source/source.hpp"

using namespace edo::testing;
using edo::batch::Batch;

TEST_CASE("an older state of a row never replaces a newer one") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto invocation = store.start_tree();
  const Batch older = everything(store);
  store.finish_tree(invocation);
  const Batch newer = everything(store);

  auto connection = connect(url);
  edo::apply::Applier applier(connection, "test");
  CHECK(applier.apply(newer).inserted == 5);
  const std::string state = fingerprint(url);
  CHECK(applier.apply(older).unchanged == 5);
  CHECK(applier.apply(newer).unchanged == 5);
  CHECK(fingerprint(url) == state);
  ship(store.path(), url);
  require_verified(store.path(), url);
}

TEST_CASE("a newer state replaces an older one, and only that") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto invocation = store.start_tree();
  auto connection = connect(url);
  edo::apply::Applier applier(connection, "test");
  CHECK(applier.apply(everything(store)).inserted == 5);
  store.finish_tree(invocation);
  const auto applied = applier.apply(everything(store));
  CHECK(applied.inserted == 0);
  CHECK(applied.updated == 3);
  CHECK(applied.unchanged == 2);
}

TEST_CASE("a batch that names a row twice leaves the newest state") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  const auto invocation = store.start_tree();
  Batch batch = everything(store);
  store.finish_tree(invocation);
  const Batch newer = everything(store);
  // Both states of each row of the first table in one batch, the older one last.
  Batch both = newer;
  auto& rows = both.tables[0];
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    auto& column = rows.columns[i];
    const auto& other = batch.tables[0].columns[i];
    if (other.is_null(0)) {
      column.add_null();
    } else if (other.type() == edo::tables::Type::uuid) {
      column.add(other.uuid(0));
    } else if (other.type() == edo::tables::Type::text || other.type() == edo::tables::Type::json) {
      column.add(other.text(0));
    } else {
      column.add(other.number(0));
    }
  }
  rows.versions.push_back(batch.tables[0].versions[0]);

  auto connection = connect(url);
  edo::apply::Applier applier(connection, "test");
  const auto applied = applier.apply(both);
  CHECK(applied.inserted == 5);
  CHECK(applied.unchanged == 1);
  CHECK(query_value(url, "SELECT status FROM event_detector_observability.invocations") ==
        "failed");
  CHECK(rows_at(url) == 5);
}

TEST_CASE("rows that another applier inserts after the lookup are merged") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(3);
  const Batch batch = everything(store);
  HeldApplier held(url, batch);
  ship(store.path(), url);
  const std::string state = fingerprint(url);
  CHECK(held.let_go().unchanged == 15);
  CHECK(fingerprint(url) == state);
}

TEST_CASE("a wrong guess that rows are new costs one retry and nothing else") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  auto one = connect(url);
  auto two = connect(url);
  edo::apply::Applier first(one, "test");
  edo::apply::Applier second(two, "test");
  store.add_trees(2);
  CHECK(first.apply(everything(store)).inserted == 10);
  edo::source::Source(store.path()).trim(16);
  store.add_trees(2);
  const Batch batch = everything(store);
  CHECK(second.apply(batch).inserted == 10);
  const std::string state = fingerprint(url);
  // The first one has seen nothing as young as these rows.
  CHECK(first.apply(batch).unchanged == 10);
  CHECK(fingerprint(url) == state);
  edo::source::Source(store.path()).trim(32);
  store.add_trees(2);
  CHECK(first.apply(everything(store)).inserted == 10);
  ship(store.path(), url);
  require_verified(store.path(), url);
}
