#include "replicator/verify/verify.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "replicator/postgres/migrations.hpp"
#include "storage/store.hpp"
#include "tables/outbox.hpp"

namespace edo::verify {
namespace {

using postgres::Parameters;
using tables::Type;

// A row that changes again and again while it is being compared is given up as pending.
constexpr int kLooks = 3;
constexpr std::string_view kUuidPattern = "'^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'";

std::string name_of(std::size_t table) { return std::string(tables::tables()[table].name); }

// The store, opened for reading, with a copy of the outbox's row names beside it.
storage::Database open_with_pending(const std::string& path) {
  auto database = storage::open_store(path, {});
  // The file itself is open read-only; this only allows a temporary table, which SQLite keeps in a
  // file of its own when it is large.
  database.execute("PRAGMA query_only = OFF");
  database.execute(
      "CREATE TEMP TABLE edo_pending (entity TEXT, row TEXT, PRIMARY KEY (entity, row)) WITHOUT "
      "ROWID");
  database.execute(
      "INSERT OR IGNORE INTO edo_pending SELECT entity, row FROM outbox WHERE entity <> "
      "'watermark'");
  return database;
}

// One value in the text format of COPY.
void append_text(std::string& out, std::string_view value) {
  for (const char c : value) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
}

// True where the staged text s.NAME and the row t at the centre disagree.
std::string differs(const tables::Column& column) {
  const std::string name(column.name);
  const std::string here = "s." + name;
  const std::string there = "t." + name;
  switch (column.type) {
    case Type::uuid:
      return here + "::uuid IS DISTINCT FROM " + there;
    case Type::uuid_like:
      return "(CASE WHEN " + here + " ~ " + std::string(kUuidPattern) + " THEN " + here +
             "::uuid END IS DISTINCT FROM " + there + " OR CASE WHEN " + here + " !~ " +
             std::string(kUuidPattern) + " THEN " + here + " END IS DISTINCT FROM " + there +
             "_text)";
    case Type::timestamp:
      return here + "::timestamptz IS DISTINCT FROM " + there;
    case Type::json:
      return here + "::jsonb IS DISTINCT FROM " + there;
    case Type::integer:
      return here + "::integer IS DISTINCT FROM " + there;
    case Type::boolean:
      return here + "::boolean IS DISTINCT FROM " + there;
    case Type::text:
      break;
  }
  return here + " IS DISTINCT FROM " + there;
}

std::string staging(std::size_t table) { return "pg_temp.edo_verify_" + name_of(table); }

// Compares one table. The staging table has the store's columns as text, and `pending`.
class TableCheck {
 public:
  TableCheck(storage::Database& store, postgres::Connection& centre, std::size_t table,
             std::string store_id, std::int64_t began_at, const Options& options)
      : store_(store),
        centre_(centre),
        table_(table),
        columns_(tables::tables()[table].columns),
        store_id_(std::move(store_id)),
        began_at_(began_at),
        options_(options) {
    std::string staged;
    for (const auto& column : columns_) {
      const std::string name(column.name);
      staged += name + " text, ";
      names_ += name + ", ";
      if (!difference_.empty()) difference_ += " OR ";
      difference_ += differs(column);
    }
    names_ += "pending";
    centre_.script("make a staging table of", "CREATE TEMPORARY TABLE edo_verify_" +
                                                  name_of(table) + " (" + staged +
                                                  "pending boolean) ON COMMIT DELETE ROWS");
  }

  TableReport run(std::int64_t& looked_at) {
    std::string last;
    while (read_chunk(last)) {
      std::vector<std::string> suspects = compare();
      looked_at += rows_;
      for (int look = 1; look < kLooks && !suspects.empty(); ++look) {
        read_again(suspects);
        suspects = compare();
      }
      if (!suspects.empty()) judge(suspects);
      if (options_.on_progress) options_.on_progress(looked_at);
    }
    const auto there = centre_.run(
        "count the rows of", "SELECT count(*) FROM " + name_of(table_) + " WHERE store_id = $1",
        Parameters().text(store_id_));
    report_.only_at_centre = std::max<std::int64_t>(0, there.integer(0, 0) - ours_);
    return std::move(report_);
  }

 private:
  std::string select(std::string_view condition) const {
    std::string names = names_.substr(0, names_.rfind(','));
    return "SELECT " + names + ", EXISTS (SELECT 1 FROM temp.edo_pending p WHERE p.entity = '" +
           name_of(table_) + "' AND p.row = " + name_of(table_) + ".id) FROM " + name_of(table_) +
           " WHERE " + std::string(condition);
  }

  void append_row(SQLite::Statement& query) {
    const bool pending = query.getColumn(static_cast<int>(columns_.size())).getInt() != 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const SQLite::Column value = query.getColumn(static_cast<int>(i));
      // Of a row that is not compared only the id is of interest; its values may not even be valid.
      if (value.isNull() || (pending && i > 0)) {
        rows_text_ += "\\N";
      } else {
        const char* text = value.getText();
        append_text(rows_text_, {text, static_cast<std::size_t>(value.getBytes())});
      }
      rows_text_ += '\t';
    }
    rows_text_ += pending ? "t\n" : "f\n";
    ++rows_;
  }

  // The rows after the id `last`, which it moves on.
  bool read_chunk(std::string& last) {
    rows_text_.clear();
    rows_ = 0;
    try {
      SQLite::Statement query(store_.handle(), select("id > ? ORDER BY id LIMIT ?"));
      query.bind(1, last);
      query.bind(2, options_.chunk_rows);
      while (rows_text_.size() < options_.chunk_bytes && query.executeStep()) {
        append_row(query);
        last = query.getColumn(0).getString();
      }
    } catch (const SQLite::Exception& failure) {
      throw store_.error("read", failure);
    }
    return rows_ > 0;
  }

  void read_again(const std::vector<std::string>& ids) {
    rows_text_.clear();
    rows_ = 0;
    try {
      SQLite::Statement query(store_.handle(), select("id = ?"));
      for (const auto& id : ids) {
        storage::Use use(query);
        use->bind(1, id);
        // A row that was deleted meanwhile is nobody's fault.
        if (use->executeStep()) append_row(*use);
      }
    } catch (const SQLite::Exception& failure) {
      throw store_.error("read", failure);
    }
  }

  void stage() {
    bool sent = false;
    centre_.copy_in("send " + name_of(table_) + " to",
                    "COPY " + staging(table_) + " (" + names_ + ") FROM STDIN",
                    [&](std::string& out) {
                      if (!std::exchange(sent, true)) out = rows_text_;
                      return false;
                    });
  }

  // Counts the rows that were read, and returns the ids of those that are missing or different.
  std::vector<std::string> compare() {
    const postgres::Transaction transaction(centre_);  // never committed: nothing is to stay
    stage();
    const auto result = centre_.run(
        "compare " + name_of(table_) + " at",
        "SELECT s.id, CASE WHEN s.pending THEN 'pending' WHEN t.id IS NULL THEN 'missing'"
        " WHEN " +
            difference_ +
            " THEN 'different' ELSE 'equal' END,"
            " coalesce(t.store_id = $1, false) FROM " +
            staging(table_) + " s LEFT JOIN " + name_of(table_) + " t ON t.id = CASE WHEN s.id ~ " +
            std::string(kUuidPattern) + " THEN s.id::uuid END",
        Parameters().text(store_id_));
    std::vector<std::string> suspects;
    for (int row = 0; row < result.rows(); ++row) {
      const auto state = result.value(row, 1);
      if (state == "missing" || state == "different") {
        suspects.push_back(result.text(row, 0));
        continue;
      }
      ++(state == "equal" ? report_.equal : report_.pending);
      if (result.boolean(row, 2)) ++ours_;
    }
    return suspects;
  }

  // Rows that are still not equal: faults, unless they changed after the check began.
  void judge(const std::vector<std::string>& ids) {
    std::unordered_set<std::string> changed;
    try {
      SQLite::Statement query(store_.handle(),
                              "SELECT row FROM outbox WHERE seq > ? AND entity = ?");
      query.bind(1, began_at_);
      query.bind(2, name_of(table_));
      while (query.executeStep()) changed.insert(query.getColumn(0).getString());
    } catch (const SQLite::Exception& failure) {
      throw store_.error("read", failure);
    }
    std::vector<std::string> faults;
    for (const auto& id : ids) {
      if (changed.contains(id)) {
        ++report_.pending;
      } else {
        faults.push_back(id);
      }
    }
    if (!faults.empty()) describe(faults);
  }

  void describe(const std::vector<std::string>& ids) {
    read_again(ids);
    const postgres::Transaction transaction(centre_);
    stage();
    std::string list;
    for (const auto& column : columns_) {
      const std::string name(column.name);
      const std::string there = column.type == Type::uuid_like
                                    ? "coalesce(t." + name + "::text, t." + name + "_text)"
                                    : "t." + name + "::text";
      list += ", " + differs(column) + ", left(s." + name + ", 60), left(" + there + ", 60)";
    }
    const auto result = centre_.run("compare " + name_of(table_) + " at",
                                    "SELECT s.id, t.id IS NULL, coalesce(t.store_id = $1, false)" +
                                        list + " FROM " + staging(table_) + " s LEFT JOIN " +
                                        name_of(table_) + " t ON t.id = s.id::uuid ORDER BY s.id",
                                    Parameters().text(store_id_));
    for (int row = 0; row < result.rows(); ++row) {
      Fault fault{result.text(row, 0), {}};
      const bool missing = result.boolean(row, 1);
      ++(missing ? report_.missing : report_.different);
      if (result.boolean(row, 2)) ++ours_;
      if (report_.examples.size() >= options_.examples) continue;
      for (std::size_t i = 0; !missing && i < columns_.size(); ++i) {
        const int at = 3 + 3 * static_cast<int>(i);
        if (!result.boolean(row, at)) continue;
        const auto shown = [&](int column) {
          return result.is_null(row, column) ? std::string("null") : result.text(row, column);
        };
        fault.columns.push_back({std::string(columns_[i].name), shown(at + 1), shown(at + 2)});
      }
      report_.examples.push_back(std::move(fault));
    }
  }

  storage::Database& store_;
  postgres::Connection& centre_;
  std::size_t table_;
  std::span<const tables::Column> columns_;
  std::string store_id_;
  std::int64_t began_at_;  // the newest outbox seq when the check began
  const Options& options_;
  std::string names_;
  std::string difference_;
  std::string rows_text_;  // the chunk, as COPY takes it
  std::int64_t rows_ = 0;
  std::int64_t ours_ = 0;  // rows met at the centre that came from this store
  TableReport report_;
};

}  // namespace

TableReport Report::total() const {
  TableReport sum;
  for (const auto& table : tables) {
    sum.equal += table.equal;
    sum.pending += table.pending;
    sum.missing += table.missing;
    sum.different += table.different;
    sum.only_at_centre += table.only_at_centre;
  }
  return sum;
}

bool Report::all_equal() const {
  const TableReport sum = total();
  return sum.pending == 0 && sum.missing == 0 && sum.different == 0;
}

Report verify(const std::string& path, postgres::Connection& centre, const Options& options) {
  auto store = open_with_pending(path);
  const auto info = storage::store_info(store);
  const std::int64_t began_at = tables::Outbox(store).newest();
  postgres::prefer_key_lookups(centre);
  Report report;
  std::int64_t looked_at = 0;
  for (std::size_t table = 0; table < tables::kTableCount; ++table) {
    report.tables[table] =
        TableCheck(store, centre, table, info.store_id, began_at, options).run(looked_at);
  }
  return report;
}

}  // namespace edo::verify
