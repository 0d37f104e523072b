#include "tools/edo/bundle.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <vector>

#include "edo/error.hpp"
#include "storage/store.hpp"
#include "tables/model.hpp"
#include "tables/outbox.hpp"
#include "tools/edo/copy.hpp"
#include "tools/edo/frozen_store.hpp"
#include "tools/edo/ids.hpp"

namespace edo::cli {
namespace {

// The invocation, the chain of those that led to it, and the tree of those that it led to.
constexpr const char* kChain = R"(
  WITH RECURSIVE
    before(id) AS (
      SELECT id FROM invocations WHERE id = ?1
      UNION
      SELECT j.invocation_id FROM before b JOIN invocations i ON i.id = b.id
        JOIN job_executions j ON j.id = i.source_job_id),
    after(id) AS (
      SELECT id FROM invocations WHERE id = ?1
      UNION
      SELECT i.id FROM after a JOIN job_executions j ON j.invocation_id = a.id
        JOIN invocations i ON i.source_job_id = j.id)
  SELECT id FROM before UNION SELECT id FROM after)";

// With the invocation itself.
std::vector<std::string> chain_of(storage::Database& database, const std::string& invocation) {
  SQLite::Statement query(database.handle(), kChain);
  query.bind(1, invocation);
  std::vector<std::string> ids;
  while (query.executeStep()) ids.push_back(query.getColumn(0).getString());
  if (ids.empty()) throw without_invocation(database, invocation);
  return ids;
}

std::string list_of(const tables::Table& table) {
  std::string list;
  for (const auto& column : table.columns) {
    list += list.empty() ? "" : ", ";
    list += column.name;
  }
  return list;
}

// Columns of the tables are whole numbers or text.
void bind(SQLite::Statement& statement, int place, const SQLite::Column& value) {
  if (value.isNull()) return statement.bind(place);
  if (value.isInteger()) return statement.bind(place, value.getInt64());
  statement.bind(place, value.getString());
}

// Copies the rows of one table that belong to the invocation; returns how many.
std::int64_t copy_rows(storage::Database& from, storage::Database& to, const tables::Table& table,
                       const std::string& invocation) {
  const bool is_invocation = &table == &tables::tables().front();
  const std::string columns = list_of(table);
  SQLite::Statement read(from.handle(),
                         fmt::format("SELECT {} FROM {} WHERE {} = ?", columns, table.name,
                                     is_invocation ? "id" : "invocation_id"));
  std::string places = "?";
  for (std::size_t i = 1; i < table.columns.size(); ++i) places += ", ?";
  SQLite::Statement write(
      to.handle(), fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, columns, places));
  read.bind(1, invocation);
  std::int64_t rows = 0;
  for (; read.executeStep(); ++rows) {
    for (int i = 0; i < read.getColumnCount(); ++i) bind(write, i + 1, read.getColumn(i));
    try {
      (void)write.exec();
    } catch (const SQLite::Exception& failure) {
      throw to.error("write", failure);
    }
    write.reset();
  }
  return rows;
}

Bundle copy_chain(storage::Database& from, storage::Database& to, const std::string& invocation) {
  Bundle bundle;
  // One snapshot.
  from.execute("BEGIN");
  to.execute("BEGIN");
  for (const auto& id : chain_of(from, invocation)) {
    ++bundle.invocations;
    for (const auto& table : tables::tables()) bundle.rows += copy_rows(from, to, table, id);
  }
  to.execute("COMMIT");
  from.execute("COMMIT");
  return bundle;
}

}  // namespace

Bundle write_bundle(storage::Database& from, const std::string& invocation, const std::string& to) {
  require_free(to);
  Draft draft(to, "-bundle-");
  Bundle bundle;
  {
    storage::OpenOptions options;
    options.access = storage::Access::create;
    storage::Database store =
        storage::open_store(draft.path(), options, storage::store_info(from).host_label);
    try {
      bundle = copy_chain(from, store, invocation);
    } catch (const SQLite::Exception& failure) {
      throw from.error("copy " + invocation + " from", failure);
    }
    // The rows are the other store's to ship.
    tables::Outbox outbox(store);
    outbox.trim(outbox.newest());
  }
  (void)check_copy(draft.path());
  draft.put();
  return bundle;
}

}  // namespace edo::cli
