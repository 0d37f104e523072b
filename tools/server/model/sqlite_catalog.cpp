#include <map>
#include <set>

#include "storage/store.hpp"
#include "tools/server/model/catalog.hpp"

namespace edo::model {
namespace {

using storage::Database;

std::string quoted_name(const std::string& name) {
  std::string result = "\"";
  for (const char c : name) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + '"';
}

bool take_suffix(std::string& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.resize(text.size() - suffix.size());
  return true;
}

class Reader {
 public:
  Reader(Database& database, const Metadata& metadata) : database_(database), metadata_(metadata) {}

  Catalog read() {
    catalog_.has_schemas = false;
    read_named_types();
    std::set<std::string> seen;
    for (const auto& tracked : metadata_.tables) {
      if (seen.insert(tracked.table.name).second) read_table(tracked);
      for (const auto& field : tracked.computed_fields) {
        read_function(field.function, tracked.table);
      }
    }
    return std::move(catalog_);
  }

 private:
  SQLite::Statement prepare(const std::string& sql) { return {database_.handle(), sql}; }

  // STRICT tables know only the types of SQLite, and columns of views often none and never that
  // they are not null: a table column_types (relation, name, type) says what CREATE TABLE would
  // have said in PostgreSQL, such as "uuid PRIMARY KEY" or "timestamptz NOT NULL".
  void read_named_types() {
    if (!database_.handle().tableExists("column_types")) return;
    is_store_ = database_.integer("PRAGMA application_id") == storage::kApplicationId;
    auto query = prepare("SELECT relation, name, type FROM column_types");
    while (query.executeStep()) {
      auto& type = named_types_[{query.getColumn(0).getString(), query.getColumn(1).getString()}];
      if (!query.isColumnNull(2)) type = query.getColumn(2).getString();
    }
  }

  // A table or a view; without columns if it does not exist.
  CatalogTable relation(const std::string& name) {
    CatalogTable table;
    table.name = {"", name};
    auto kind = prepare("SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?");
    kind.bind(1, name);
    if (!kind.executeStep()) return table;
    const bool is_view = kind.getColumn(0).getString() == "view";

    auto query = prepare(
        "SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?) WHERE hidden <> 1"
        " ORDER BY cid");
    query.bind(1, name);
    std::map<int, std::string> key;
    while (query.executeStep()) {
      const std::string column = query.getColumn(0).getString();
      std::string type = query.getColumn(1).getString();
      const std::string stored_type = type;
      bool is_not_null = query.getColumn(2).getInt() != 0;
      int place_in_key = query.getColumn(3).getInt();
      const auto named = named_types_.find({name, column});
      if (named != named_types_.end()) {
        if (!named->second) continue;
        type = *named->second;
        if (take_suffix(type, " PRIMARY KEY")) place_in_key = 1;
        if (take_suffix(type, " NOT NULL")) is_not_null = true;
      } else if (is_view) {
        type = type_of_expression(name, column, type);
      }
      if (place_in_key > 0) key[place_in_key] = column;
      const CatalogType declared = declared_type(type);
      const bool is_named = named != named_types_.end();
      const bool is_canonical = is_named ? is_store_ || converts(stored_type, declared.scalar)
                                         : stores_comparable(declared.scalar);
      table.columns.push_back(
          {column, declared, !is_not_null && place_in_key == 0, "", is_canonical});
    }
    for (auto& [place, column] : key) table.primary_key.push_back(std::move(column));
    return table;
  }

  // Whether SQLite's own type of a column makes numbers of this type out of what is stored.
  static bool converts(const std::string& stored_type, ScalarType type) {
    if (stored_type == "INTEGER" || stored_type == "INT") {
      return type == ScalarType::integer || type == ScalarType::bigint;
    }
    return stored_type == "REAL" && type == ScalarType::float8;
  }

  // Whether values of a column with a type of CREATE TABLE compare as stored: SQLite makes numbers
  // of them itself, and UUIDs are expected as PostgreSQL prints them, so that indexes serve them.
  static bool stores_comparable(ScalarType type) {
    switch (type) {
      case ScalarType::boolean:
      case ScalarType::timestamptz:
      case ScalarType::timestamp:
      case ScalarType::date:
      case ScalarType::time:
      // The same number, or document, may be stored as another text, and rounded.
      case ScalarType::numeric:
      case ScalarType::json:
      case ScalarType::jsonb:
        return false;
      default:
        return true;
    }
  }

  // If SQLite does not know the type of an expression in a view, its first value determines it.
  std::string type_of_expression(const std::string& view, const std::string& column,
                                 const std::string& type) {
    if (!type.empty() && type != "NUM" && type != "BLOB") return type;
    auto query = prepare("SELECT typeof(" + quoted_name(column) + ") FROM " + quoted_name(view) +
                         " WHERE " + quoted_name(column) + " IS NOT NULL LIMIT 1");
    const std::string found = query.executeStep() ? query.getColumn(0).getString() : "text";
    return found == "integer" ? "bigint" : found == "real" ? "float8" : found;
  }

  void read_table(const TableMetadata& tracked) {
    CatalogTable table = relation(tracked.table.name);
    if (table.columns.empty()) return;
    read_foreign_keys(table);
    if (tracked.is_enum) read_enum(table);
    catalog_.tables.push_back(std::move(table));
  }

  void read_foreign_keys(CatalogTable& table) {
    auto query = prepare(
        "SELECT id, \"table\", \"from\","
        " coalesce(\"to\", (SELECT name FROM pragma_table_info(k.\"table\") WHERE pk = k.seq + 1))"
        " FROM pragma_foreign_key_list(?) k ORDER BY id, seq");
    query.bind(1, table.name.name);
    int last = -1;
    while (query.executeStep()) {
      const int id = query.getColumn(0).getInt();
      if (id != last) table.foreign_keys.push_back({{"", query.getColumn(1).getString()}, {}});
      last = id;
      table.foreign_keys.back().columns.emplace_back(query.getColumn(2).getString(),
                                                     query.getColumn(3).getString());
    }
  }

  void read_enum(CatalogTable& table) {
    if (table.primary_key.size() != 1) return;
    const std::string& key = table.primary_key.front();
    std::string comment = "NULL";
    for (const auto& column : table.columns) {
      if (column.name != key) comment = quoted_name(column.name);
    }
    auto query = prepare("SELECT " + quoted_name(key) + ", " + comment + " FROM " +
                         quoted_name(table.name.name) + " ORDER BY 1");
    while (query.executeStep()) {
      table.enum_values.emplace_back(query.getColumn(0).getString(),
                                     query.getColumn(1).getString());
    }
  }

  // SQLite has no functions of a row, so a view with the function's name has the value for each
  // key.
  void read_function(const TableName& name, const TableName& table) {
    for (const auto& column : relation(name.name).columns) {
      if (column.name != "value") continue;
      catalog_.functions.push_back(
          {{"", name.name}, {{"", {}, TableName{"", table.name}}}, column.type});
    }
  }

  Database& database_;
  const Metadata& metadata_;
  std::map<std::pair<std::string, std::string>, std::optional<std::string>> named_types_;
  bool is_store_ = false;  // the recorder wrote its values, in one form
  Catalog catalog_;
};

}  // namespace

Catalog read_catalog(Database& database, const Metadata& metadata) {
  try {
    return Reader(database, metadata).read();
  } catch (const SQLite::Exception& failure) {
    throw database.error("read the catalog of", failure);
  }
}

}  // namespace edo::model
