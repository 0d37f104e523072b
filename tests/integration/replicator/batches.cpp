#include "batches.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <limits>
#include <utility>

#include "replicator/postgres/migrations.hpp"
#include "replicator/sinks/inbox.hpp"
#include "replicator/source/source.hpp"

namespace edo::testing {

using batch::Batch;

postgres::Connection connect(const std::string& url) {
  postgres::Connection connection{postgres::Target(url)};
  postgres::use_schema(connection, std::string(postgres::kDefaultSchema));
  return connection;
}

Batch everything(const SampleStore& store) {
  source::Source source(store.path());
  return source.read(source.outbox().watermark(), source.outbox().newest(), {}).value();
}

void post(const std::string& url, const Batch& batch) {
  sinks::InboxSink(postgres::Target(url), std::string(postgres::kDefaultSchema), {}).ship(batch);
}

Batch forged(const SampleStore& store) {
  Batch batch = everything(store);
  batch.store_id = base::new_uuid();
  for (auto& table : batch.tables) {
    for (auto& version : table.versions) version = std::numeric_limits<std::int64_t>::max();
  }
  return batch;
}

Batch bomb(const SampleStore& store, int elements) {
  Batch batch = everything(store);
  std::string array = "[0";
  for (int i = 1; i < elements; ++i) array += ",0";
  array += "]";
  auto& columns = batch.tables[0].columns;
  for (std::size_t field = 0; field < columns.size(); ++field) {
    if (batch::fields(0)[field].name != "context_data") continue;
    batch::Column column(columns[field].type());
    column.add(array);
    for (std::size_t row = 1; row < columns[field].size(); ++row) {
      column.add_from(columns[field], row);
    }
    columns[field] = std::move(column);
  }
  return batch;
}

HeldApplier::HeldApplier(const std::string& url, const Batch& batch) : lock_(connect(url)) {
  query(url, R"(
    CREATE FUNCTION event_detector_observability.hold_back() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('application_name') = 'held' THEN
        PERFORM pg_advisory_xact_lock_shared(42);
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER hold_back BEFORE INSERT ON event_detector_observability.invocations
    FOR EACH STATEMENT EXECUTE FUNCTION event_detector_observability.hold_back())");
  (void)lock_.run("lock", "SELECT pg_advisory_lock(42)");
  applying_ = std::async(std::launch::async, [url, &batch] {
    auto held = connect(url + "?application_name=held");
    return apply::Applier(held, "test").apply(batch);
  });
  while (query_value(url,
                     "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'held'"
                     " AND wait_event = 'advisory'") == "0") {
    REQUIRE(applying_.wait_for(std::chrono::milliseconds(1)) == std::future_status::timeout);
  }
}

apply::Applied HeldApplier::let_go() {
  (void)lock_.run("unlock", "SELECT pg_advisory_unlock(42)");
  return applying_.get();
}

}  // namespace edo::testing
