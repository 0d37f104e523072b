#include "benchmarks/sample_stores.hpp"

#include <fmt/format.h>

#include "examples/order_host.hpp"
#include "storage/store.hpp"
#include "tables/model.hpp"

namespace edo::bench {
namespace {

using tables::Type;

// The first three digits of a UUID of version 7 change every other year, so they can count days
// here: ids keep their order within a day, and days theirs.
constexpr int kFirstPrefix = 0x100;

storage::Database open(const std::string& path, storage::Access access) {
  storage::OpenOptions options;
  options.access = access;
  return storage::open_store(path, options, "bench");
}

std::string later_id(std::string_view column, int day) {
  return fmt::format("'{:03x}' || substr({}, 4)", kFirstPrefix + day, column);
}

std::string later(const tables::Column& column, int day) {
  switch (column.type) {
    case Type::uuid:
      return later_id(column.name, day);
    case Type::timestamp:
      return fmt::format("strftime('%Y-%m-%dT%H:%M:%f000Z', {}, '+{} days')", column.name, day);
    default:
      return std::string(column.name);
  }
}

void add_day(storage::Database& database, int day) {
  storage::WriteTransaction transaction(database);
  const auto before = database.integer("SELECT max(seq) FROM outbox").value_or(0);
  for (const auto& table : tables::tables()) {
    std::string names;
    std::string values;
    for (const auto& column : table.columns) {
      const char* comma = names.empty() ? "" : ", ";
      names += comma + std::string(column.name);
      values += comma + later(column, day);
    }
    database.execute(fmt::format("INSERT INTO {0} ({1}) SELECT {2} FROM day.{0} ORDER BY id",
                                 table.name, names, values));
  }
  database.execute(
      fmt::format("DELETE FROM outbox WHERE seq > {} AND entity <> 'watermark'", before));
  database.execute(
      fmt::format("INSERT INTO outbox (entity, row) SELECT entity, {} FROM day.outbox"
                  " WHERE entity <> 'watermark' ORDER BY seq",
                  later_id("row", day)));
  transaction.commit();
}

}  // namespace

void record_day(const std::string& path, std::size_t invocations) {
  (void)examples::run_order_host({.store = path, .invocations = invocations, .seed = 7});
}

void repeat_day(const std::string& day, const std::string& path, int days) {
  auto database = open(path, storage::Access::create);
  database.execute("ATTACH '" + day + "' AS day");
  for (int i = 1; i <= days; ++i) {
    add_day(database, i);
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
}

void touch_all(const std::string& path) {
  auto database = open(path, storage::Access::read_write);
  for (const auto& table : tables::tables()) {
    database.execute(fmt::format("UPDATE {} SET id = id", table.name));
  }
}

std::int64_t count_rows(const std::string& path) {
  auto database = open(path, storage::Access::read_only);
  std::int64_t rows = 0;
  for (const auto& table : tables::tables()) {
    rows += database.integer(fmt::format("SELECT count(*) FROM {}", table.name)).value_or(0);
  }
  return rows;
}

}  // namespace edo::bench
