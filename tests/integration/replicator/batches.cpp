#include "batches.hpp"

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

}  // namespace edo::testing
