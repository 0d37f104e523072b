#include "replicator/source/source.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <string_view>
#include <thread>
#include <utility>

#include "base/text.hpp"
#include "base/time.hpp"
#include "storage/reserve.hpp"
#include "storage/snapshot.hpp"
#include "tables/recorders.hpp"

namespace edo::source {
namespace {

using batch::Batch;
using tables::Type;

// How long to wait for a host that writes. The host must not wait for the replicator.
constexpr std::chrono::seconds kBusyTimeout{10};
// A step of half a millisecond. A host that waits for the lock retries every few milliseconds, so
// there is a pause after each step while hosts write. Otherwise steps are longer and pauses fewer,
// which costs less.
constexpr std::int64_t kTrimmedAtOnce = 500;
constexpr std::int64_t kTrimmedWhenQuiet = 1000;
constexpr int kStepsWhenQuiet = 4;
constexpr std::chrono::milliseconds kTrimPause{1};
constexpr std::size_t kShownBytes = 40;
// The limit of a rejected row as JSON.
constexpr std::size_t kLargestReject = std::size_t{32} << 20;

storage::Database open(const std::string& path, const storage::Interrupt* interrupt) {
  storage::OpenOptions options;
  options.interrupt = interrupt;
  options.access = storage::Access::read_write;
  options.busy_timeout = kBusyTimeout;
  return storage::with_headroom(path, [&] { return storage::open_store(path, options); });
}

std::string select_sql(const tables::Table& table) {
  std::string sql = "SELECT ";
  for (const auto& column : table.columns) {
    if (&column != &table.columns.front()) sql += ", ";
    sql += column.name;
  }
  return sql + " FROM " + std::string(table.name);
}

// The size of a row, computed without reading its values.
std::string size_sql(const tables::Table& table) {
  std::string sql = "SELECT 0";
  for (const auto& column : table.columns) {
    sql += " + coalesce(octet_length(" + std::string(column.name) + "), 0)";
  }
  return sql + " FROM " + std::string(table.name) + " WHERE id = ?";
}

// Lets the connection read values of up to `bytes` within a scope.
class ValuesUpTo {
 public:
  ValuesUpTo(storage::Database& database, std::size_t bytes)
      : connection_(database.handle().getHandle()),
        before_(sqlite3_limit(connection_, SQLITE_LIMIT_LENGTH, static_cast<int>(bytes))) {}
  ValuesUpTo(const ValuesUpTo&) = delete;
  ValuesUpTo& operator=(const ValuesUpTo&) = delete;
  ~ValuesUpTo() { sqlite3_limit(connection_, SQLITE_LIMIT_LENGTH, before_); }

 private:
  sqlite3* connection_;
  int before_;
};

bool is_too_large(const SQLite::Exception& failure) {
  return failure.getErrorCode() == SQLITE_TOOBIG;
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::uuid:
      return "UUID";
    case Type::timestamp:
      return "timestamp";
    case Type::integer:
      return "32-bit integer";
    case Type::boolean:
      return "boolean";
    default:
      return "text";
  }
}

// The whole row as one JSON object, with any values.
std::string select_json_sql(const tables::Table& table) {
  std::string sql = "SELECT json_object(";
  for (const auto& column : table.columns) {
    if (&column != &table.columns.front()) sql += ", ";
    sql += "'" + std::string(column.name) + "', " + std::string(column.name);
  }
  return sql + ") FROM " + std::string(table.name) + " WHERE id = ?";
}

// Why a value cannot be shipped.
struct Misfit {
  std::string error;
};

Misfit misfit(const batch::Field& field, std::string_view value) {
  const std::string shown(value.substr(0, kShownBytes));
  return {field.name + " is " + base::json_quote(shown) + (shown.size() < value.size() ? "…" : "") +
          ", which is not a " + std::string(type_name(field.type))};
}

// Reads the rows of one table into a batch.
class RowReader {
 public:
  RowReader(storage::Database& database, std::size_t table)
      : database_(database),
        table_(table),
        statement_(database.handle(),
                   select_sql(tables::tables()[table]) + " WHERE id >= ? ORDER BY id") {}

  // Appends the row with `version`, as a reject if a value does not fit its column. Returns its
  // size in bytes, zero if there is no such row, or nothing if it does not fit into the rest of a
  // batch that has other rows.
  std::optional<std::size_t> append(const std::string& id, std::int64_t version, std::size_t left,
                                    Batch& batch) {
    try {
      if (!find(id)) return 0;
    } catch (const SQLite::Exception& failure) {
      if (!is_too_large(failure)) throw;
      (void)statement_.tryReset();
      return append_large(id, version, left, batch);
    }
    // A Column always shows the current row of its statement, so each is created once: creating one
    // costs more than reading a value.
    if (values_.empty()) values_ = columns_of(statement_);
    return append_values(values_, id, version, batch);
  }

 private:
  using Values = std::vector<SQLite::Column>;  // one for each field

  [[nodiscard]] Values columns_of(const SQLite::Statement& statement) const {
    Values values;
    for (const auto& field : batch::fields(table_)) {
      values.push_back(statement.getColumn(static_cast<int>(field.column)));
    }
    return values;
  }

  std::size_t append_values(const Values& values, const std::string& id, std::int64_t version,
                            Batch& batch) const {
    const auto fields = batch::fields(table_);
    auto& rows = batch.tables[table_];
    try {
      std::size_t size = sizeof version;
      for (std::size_t i = 0; i < fields.size(); ++i) {
        size += append_value(values[i], fields[i], rows.columns[i]);
      }
      rows.versions.push_back(version);
      return size;
    } catch (const Misfit& misfit) {
      for (auto& column : rows.columns) column.truncate(rows.size());
      return reject(id, version, misfit.error, batch);
    }
  }

  // A row with a value above the connection's size limit.
  std::optional<std::size_t> append_large(const std::string& id, std::int64_t version,
                                          std::size_t left, Batch& batch) {
    const auto size = size_of(id);
    if (size > left && !batch.is_empty()) return std::nullopt;
    if (size > kLargestRow) {
      return reject(id, version,
                    "the row has " + std::to_string(size) + " bytes; the limit of a batch is " +
                        std::to_string(kLargestRow >> 20) + " MiB",
                    batch);
    }
    const ValuesUpTo large(database_, kLargestRow);
    SQLite::Statement query(database_.handle(),
                            select_sql(tables::tables()[table_]) + " WHERE id = ?");
    query.bindNoCopy(1, id);
    return query.executeStep() ? append_values(columns_of(query), id, version, batch) : 0;
  }

  [[nodiscard]] std::size_t size_of(const std::string& id) const {
    SQLite::Statement query(database_.handle(), size_sql(tables::tables()[table_]));
    query.bindNoCopy(1, id);
    return query.executeStep() ? static_cast<std::size_t>(query.getColumn(0).getInt64()) : 0;
  }

  std::size_t reject(const std::string& id, std::int64_t version, const std::string& error,
                     Batch& batch) const {
    batch.rejects.push_back({table_, id, version, error, whole_row(id)});
    return sizeof(batch::Reject) + batch.rejects.back().row.size();
  }

  // Ids grow with time, so the next change is mostly in the next row by id, and a step costs less
  // than a search.
  bool find(const std::string& id) {
    if (statement_.hasRow() && statement_.executeStep() && is_at(id)) return true;
    statement_.reset();
    statement_.bindNoCopy(1, id);
    return statement_.executeStep() && is_at(id);
  }
  bool is_at(const std::string& id) const { return statement_.getColumn(0).getText() == id; }

  static std::size_t append_null(batch::Column& column) {
    column.add_null();
    return sizeof(std::int64_t);
  }

  std::size_t append_value(const SQLite::Column& value, const batch::Field& field,
                           batch::Column& column) const {
    switch (field.type) {
      case Type::integer: {
        if (value.isNull()) return append_null(column);
        const std::int64_t number = value.getInt64();
        if (number < std::numeric_limits<std::int32_t>::min() ||
            number > std::numeric_limits<std::int32_t>::max()) {
          throw misfit(field, std::to_string(number));
        }
        column.add(number);
        return sizeof number;
      }
      case Type::boolean:
        if (value.isNull()) return append_null(column);
        column.add(value.getInt64());
        return sizeof(std::int64_t);
      default:
        break;
    }
    const char* data = value.getText(nullptr);
    if (data == nullptr) {
      if (!value.isNull()) throw std::bad_alloc();
      return append_null(column);
    }
    const std::string_view text(data, static_cast<std::size_t>(value.getBytes()));
    const bool splits = tables::tables()[table_].columns[field.column].type == Type::uuid_like;
    switch (field.type) {
      case Type::uuid:
        if (const auto uuid = base::parse_uuid(text)) {
          column.add(*uuid);
        } else if (splits) {
          column.add_null();
        } else {
          throw misfit(field, text);
        }
        return sizeof(base::Uuid);
      case Type::timestamp:
        if (const auto time = base::parse_timestamp(text)) {
          column.add(*time);
        } else {
          throw misfit(field, text);
        }
        return sizeof(std::int64_t);
      default:
        if (splits && base::parse_uuid(text)) {
          column.add_null();
        } else {
          column.add(text);
        }
        return text.size() + sizeof(std::uint64_t);
    }
  }

  // Empty if it is too large.
  [[nodiscard]] std::string whole_row(const std::string& id) const try {
    const ValuesUpTo large(database_, kLargestReject);
    if (size_of(id) > kLargestReject) return {};
    SQLite::Statement query(database_.handle(), select_json_sql(tables::tables()[table_]));
    query.bindNoCopy(1, id);
    return query.executeStep() ? query.getColumn(0).getString() : std::string();
  } catch (const SQLite::Exception& failure) {
    if (!is_too_large(failure)) throw;
    return {};
  }

  storage::Database& database_;
  std::size_t table_;
  SQLite::Statement statement_;
  Values values_;  // of the statement
};

// Until the end of the slice is known, a row's version is its index in the slice.
void number_versions(const tables::Slice& slice, Batch& batch) {
  const auto number = [&](std::int64_t& version) {
    version = slice.rows[static_cast<std::size_t>(version)].last_seq;
  };
  for (auto& table : batch.tables) {
    for (auto& version : table.versions) number(version);
  }
  for (auto& reject : batch.rejects) number(reject.version);
}

}  // namespace

Source::Source(const std::string& path, const storage::Interrupt* interrupt)
    : database_(open(path, interrupt)), info_(storage::store_info(database_)) {
  const auto id = base::parse_uuid(info_.store_id);
  if (!id) {
    throw Error(
        ErrorKind::corrupt, "read", path,
        "the store's id \"" + info_.store_id + "\" is not a UUID; restore the store from a copy");
  }
  store_id_ = *id;
}

Batch Source::idle() {
  auto lines = outbox();
  Batch result = emptied();
  result.last_seq = lines.watermark();
  result.first_seq = result.last_seq + 1;
  result.backlog = lines.newest() - result.last_seq;
  return result;
}

Batch Source::emptied(Batch batch) const {
  batch.clear();
  batch.store_id = store_id_;
  batch.host_label = info_.host_label;
  batch.schema_version = info_.schema_version;
  batch.sent_at = base::Clock::system().now();
  return batch;
}

std::optional<Batch> Source::read(std::int64_t after, std::int64_t until, const SliceLimits& limits,
                                  Batch spent) {
  const storage::Snapshot snapshot(database_);
  auto lines = outbox();
  Batch result = emptied(std::move(spent));
  result.first_seq = after + 1;
  auto slice = lines.slice(after, until, limits.changes);
  result.last_seq = slice.last_seq;
  if (result.last_seq == after) return std::nullopt;
  std::size_t bytes = 0;
  try {
    std::array<std::optional<RowReader>, tables::kTableCount> readers;
    for (std::size_t i = 0; i < slice.rows.size(); ++i) {
      const auto& touched = slice.rows[i];
      if (bytes >= limits.bytes) {
        // The slice ends before the first entry of the first row that does not fit.
        result.last_seq = touched.first_seq - 1;
        break;
      }
      auto& reader = readers[touched.table];
      if (!reader) reader.emplace(database_, touched.table);
      const auto size =
          reader->append(touched.id, static_cast<std::int64_t>(i), limits.bytes - bytes, result);
      if (!size) {
        result.last_seq = touched.first_seq - 1;
        break;
      }
      bytes += *size;
    }
  } catch (const SQLite::Exception& failure) {
    throw database_.error("read", failure);
  }
  // A shorter slice begins with the same rows, but some have fewer changes in it.
  if (result.last_seq < slice.last_seq) slice = lines.slice(after, result.last_seq, limits.changes);
  number_versions(slice, result);
  result.backlog = lines.newest() - result.last_seq;
  return result;
}

void Source::trim(std::int64_t acknowledged, const std::function<void()>& on_step) {
  auto lines = outbox();
  const auto commits_of_others = [this] { return database_.integer("PRAGMA data_version"); };
  auto seen = commits_of_others();
  bool host_writes = true;  // until it turns out that none writes
  int steps = 0;
  for (std::int64_t at = lines.watermark(); at < acknowledged;) {
    const auto before = at;
    at = lines.trim(acknowledged, host_writes ? kTrimmedAtOnce : kTrimmedWhenQuiet);
    if (at <= before) {
      throw Error(ErrorKind::corrupt, "trim", path(), "its watermark would go back");
    }
    if (on_step) on_step();
    const auto now = commits_of_others();
    host_writes = now != seen;
    seen = now;
    if (at < acknowledged && (host_writes || ++steps % kStepsWhenQuiet == 0)) {
      std::this_thread::sleep_for(kTrimPause);
    }
  }
}

bool Source::may_be_behind(std::int64_t reached) {
  return reached > outbox().watermark() && tables::may_have_lost_end(database_);
}

void Source::mark_crashed() {
  // The triggers note the changed rows in the outbox.
  const storage::Triggers on(database_.handle().getHandle(), true);
  try {
    (void)storage::with_headroom(
        path(), [this] { return tables::mark_crashed(database_, base::Clock::system().now()); });
  } catch (const Error& failure) {
    // A full disk must not prevent shipping, because trimming frees space.
    if (failure.kind() != ErrorKind::full) throw;
  }
}

void Source::checkpoint() {
  try {
    // The checkpoint returns a row even if a writer blocks it.
    (void)storage::with_headroom(
        path(), [this] { return database_.integer("PRAGMA wal_checkpoint(PASSIVE)"); });
  } catch (const Error& failure) {
    if (failure.kind() != ErrorKind::full) throw;
  }
  storage::refill_reserve(path());
}

}  // namespace edo::source
