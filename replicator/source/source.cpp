#include "replicator/source/source.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <string_view>
#include <thread>
#include <utility>

#include "base/text.hpp"
#include "base/time.hpp"
#include "storage/snapshot.hpp"
#include "tables/writers.hpp"

namespace edo::source {
namespace {

using batch::Batch;
using tables::Type;

// The centre can wait for a host that is writing; the host must not wait for us.
constexpr std::chrono::seconds kBusyTimeout{10};
// Half a millisecond's work. A host that waits for the lock looks again every few milliseconds, so
// there is a pause after each such step while hosts write. While they do not, steps are longer,
// which costs less, and pauses fewer.
constexpr std::int64_t kTrimmedAtOnce = 500;
constexpr std::int64_t kTrimmedWhenQuiet = 1000;
constexpr int kStepsWhenQuiet = 4;
constexpr std::chrono::milliseconds kTrimPause{1};
constexpr std::size_t kShownBytes = 40;

storage::Database open(const std::string& path) {
  storage::OpenOptions options;
  options.access = storage::Access::read_write;
  options.busy_timeout = kBusyTimeout;
  return storage::open_store(path, options);
}

std::string select_sql(const tables::Table& table) {
  std::string sql = "SELECT ";
  for (const auto& column : table.columns) {
    if (&column != &table.columns.front()) sql += ", ";
    sql += column.name;
  }
  return sql + " FROM " + std::string(table.name) + " WHERE id >= ? ORDER BY id";
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

// The whole row as one JSON object, whatever its values are.
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
          ", which is no " + std::string(type_name(field.type))};
}

// Reads the rows of one table into a batch.
class RowReader {
 public:
  RowReader(storage::Database& database, std::size_t table)
      : database_(database),
        table_(table),
        statement_(database.handle(), select_sql(tables::tables()[table])) {}

  // Appends the row, among the rejects if a value does not fit its column, with `version`. Returns
  // its size in bytes, or zero if there is no such row.
  std::size_t append(const std::string& id, std::int64_t version, Batch& batch) {
    if (!find(id)) return 0;
    const auto fields = batch::fields(table_);
    // A Column shows the row that its statement is at, so each is made once; that costs more than
    // to read a value.
    for (auto i = values_.size(); i < fields.size(); ++i) {
      values_.push_back(statement_.getColumn(static_cast<int>(fields[i].column)));
    }
    auto& rows = batch.tables[table_];
    try {
      std::size_t size = sizeof version;
      for (std::size_t i = 0; i < fields.size(); ++i) {
        size += append_value(values_[i], fields[i], rows.columns[i]);
      }
      rows.versions.push_back(version);
      return size;
    } catch (const Misfit& misfit) {
      for (auto& column : rows.columns) column.truncate(rows.size());
      batch.rejects.push_back({table_, id, version, misfit.error, whole_row(id)});
      return batch.rejects.back().row.size();
    }
  }

 private:
  // Ids grow with time, so the row that was written next is mostly the next one by its id as well,
  // and a step is less work than a search.
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

  [[nodiscard]] std::string whole_row(const std::string& id) const {
    SQLite::Statement query(database_.handle(), select_json_sql(tables::tables()[table_]));
    query.bindNoCopy(1, id);
    return query.executeStep() ? query.getColumn(0).getString() : std::string();
  }

  storage::Database& database_;
  std::size_t table_;
  SQLite::Statement statement_;
  std::vector<SQLite::Column> values_;  // one for each field
};

// What stands for a version is a row's place in the slice until it is known where that ends.
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

Source::Source(const std::string& path)
    : database_(open(path)), info_(storage::store_info(database_)) {
  const auto id = base::parse_uuid(info_.store_id);
  if (!id) {
    throw Error(ErrorKind::corrupt, "read " + path + ": the store's id \"" + info_.store_id +
                                        "\" is no UUID; restore the store from a copy");
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
  auto slice = lines.slice(after, until, limits.lines);
  result.last_seq = slice.last_seq;
  if (result.last_seq == after) return std::nullopt;
  std::size_t bytes = 0;
  try {
    std::array<std::optional<RowReader>, tables::kTableCount> readers;
    for (std::size_t i = 0; i < slice.rows.size(); ++i) {
      const auto& touched = slice.rows[i];
      if (bytes >= limits.bytes) {
        // The slice ends before the first line of the first row that it has no room for.
        result.last_seq = touched.first_seq - 1;
        break;
      }
      auto& reader = readers[touched.table];
      if (!reader) reader.emplace(database_, touched.table);
      bytes += reader->append(touched.id, static_cast<std::int64_t>(i), result);
    }
  } catch (const SQLite::Exception& failure) {
    throw database_.error("read", failure);
  }
  // A shorter slice begins with the same rows, of which some have fewer changes in it.
  if (result.last_seq < slice.last_seq) slice = lines.slice(after, result.last_seq, limits.lines);
  number_versions(slice, result);
  result.backlog = lines.newest() - result.last_seq;
  return result;
}

void Source::trim(std::int64_t acknowledged) {
  auto lines = outbox();
  const auto commits_of_others = [this] { return database_.integer("PRAGMA data_version"); };
  auto seen = commits_of_others();
  bool host_writes = true;  // until it has been seen that it does not
  int steps = 0;
  for (std::int64_t at = lines.watermark(); at < acknowledged;) {
    at = lines.trim(acknowledged, host_writes ? kTrimmedAtOnce : kTrimmedWhenQuiet);
    const auto now = commits_of_others();
    host_writes = now != seen;
    seen = now;
    if (at < acknowledged && (host_writes || ++steps % kStepsWhenQuiet == 0)) {
      std::this_thread::sleep_for(kTrimPause);
    }
  }
}

void Source::mark_crashed() { (void)tables::mark_crashed(database_, base::Clock::system().now()); }

void Source::checkpoint() {
  // It answers with a row, also when a writer is in the way and there is nothing it can do.
  (void)database_.integer("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace edo::source
