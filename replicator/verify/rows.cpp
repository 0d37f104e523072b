#include "replicator/verify/rows.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <unordered_map>

namespace edo::verify {
namespace {

constexpr int kLongestCompared = 33 << 20;  // slightly more than the largest document of a recorder

}  // namespace

storage::Database open_for_comparison(const std::string& path,
                                      const storage::Interrupt* interrupt) {
  storage::OpenOptions options;
  options.interrupt = interrupt;
  auto database = storage::open_store(path, options);
  // The size of the whole row is checked when it is sent.
  if (interrupt != nullptr) {
    sqlite3_limit(database.handle().getHandle(), SQLITE_LIMIT_LENGTH, kLongestCompared);
  }
  // The file itself is open read-only; this only allows a temporary table, which SQLite keeps in a
  // file of its own when it is large.
  database.execute("PRAGMA query_only = OFF");
  database.execute(
      "CREATE TEMP TABLE edo_pending (entity TEXT, row TEXT, seq INTEGER, PRIMARY KEY (entity, "
      "row)) WITHOUT ROWID");
  database.execute(
      "INSERT INTO edo_pending SELECT entity, row, max(seq) FROM outbox WHERE entity <> "
      "'watermark' GROUP BY entity, row");
  return database;
}

StoreTable::StoreTable(storage::Database& store, std::size_t table, Period period)
    : store_(store),
      columns_(tables::tables()[table].columns.size()),
      name_(tables::tables()[table].name),
      period_(std::move(period)),
      known_until_(store.integer("SELECT max(seq) FROM temp.edo_pending").value_or(0)) {
  std::string names;
  for (const auto& column : tables::tables()[table].columns) {
    names += std::string(column.name) + ", ";
  }
  select_ = "SELECT " + names + "(SELECT p.seq FROM temp.edo_pending p WHERE p.entity = '" + name_ +
            "' AND p.row = t.id) FROM " + name_ + " t WHERE ";
}

Row StoreTable::row_of(SQLite::Statement& query) const {
  Row row;
  row.values.reserve(columns_);
  row.id = query.getColumn(0).getString();
  for (std::size_t i = 0; i < columns_; ++i) {
    const SQLite::Column value = query.getColumn(static_cast<int>(i));
    auto& text = row.values.emplace_back();
    if (!value.isNull()) text = value.getString();
  }
  row.pending = query.getColumn(static_cast<int>(columns_)).getInt64();  // null reads as 0
  return row;
}

std::vector<Row> StoreTable::next(const ChunkLimits& limits) {
  std::vector<Row> rows;
  try {
    SQLite::Statement query(store_.handle(), select_ + "id > ?1" +
                                                 (period_.since ? " AND created_at >= ?2" : "") +
                                                 (period_.until ? " AND created_at < ?3" : "") +
                                                 " ORDER BY id LIMIT ?4");
    query.bind(1, last_);
    if (period_.since) query.bind(2, *period_.since);
    if (period_.until) query.bind(3, *period_.until);
    query.bind(4, limits.rows);
    for (std::size_t bytes = 0; bytes < limits.bytes && query.executeStep();) {
      rows.push_back(row_of(query));
      for (const auto& value : rows.back().values) bytes += value ? value->size() : 0;
    }
  } catch (const SQLite::Exception& failure) {
    throw store_.error("read", failure);
  }
  if (!rows.empty()) last_ = rows.back().id;
  return rows;
}

std::vector<Row> StoreTable::again(const std::vector<std::string>& ids) {
  std::vector<Row> rows;
  if (ids.empty()) return rows;
  try {
    // Both statements see the same state of the store: a row that the outbox does not name has been
    // acknowledged in this state.
    SQLite::Transaction snapshot(store_.handle());
    std::unordered_map<std::string, std::int64_t> changed;
    SQLite::Statement lines(
        store_.handle(), "SELECT row, seq FROM outbox WHERE seq > ? AND entity = ? ORDER BY seq");
    lines.bind(1, known_until_);
    lines.bind(2, name_);
    while (lines.executeStep()) changed[lines.getColumn(0).getString()] = lines.getColumn(1);
    SQLite::Statement query(store_.handle(), select_ + "id = ?");
    for (const auto& id : ids) {
      storage::Use use(query);
      use->bind(1, id);
      if (!use->executeStep()) continue;
      Row row = row_of(*use);
      if (const auto found = changed.find(id); found != changed.end()) row.pending = found->second;
      rows.push_back(std::move(row));
    }
  } catch (const SQLite::Exception& failure) {
    throw store_.error("read", failure);
  }
  return rows;
}

bool StoreTable::is_removed(const Row& row, const Retention& retention) {
  if (retention.completed_before.empty()) return false;
  const std::string key = name_ == "invocations" ? "id" : "invocation_id";
  try {
    // A row without an invocation here counts with its own age.
    SQLite::Statement query(
        store_.handle(),
        "SELECT coalesce((SELECT i.created_at < iif(i.status = 'completed', ?2, ?3)"
        " FROM invocations i WHERE i.id = t." +
            key + "), t.created_at < ?3) FROM " + name_ + " t WHERE t.id = ?1");
    query.bind(1, row.id);
    query.bind(2, retention.completed_before);
    query.bind(3, retention.others_before);
    return query.executeStep() && query.getColumn(0).getInt() == 1;
  } catch (const SQLite::Exception& failure) {
    throw store_.error("read", failure);
  }
}

bool StoreTable::has(const std::string& id) {
  try {
    // A hand-written id may be in capitals, which is the same UUID.
    SQLite::Statement query(store_.handle(),
                            "SELECT 1 FROM " + name_ + " WHERE id IN (?1, upper(?1))");
    query.bind(1, id);
    return query.executeStep();
  } catch (const SQLite::Exception& failure) {
    throw store_.error("read", failure);
  }
}

}  // namespace edo::verify
