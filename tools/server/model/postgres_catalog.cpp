#include <nlohmann/json.hpp>
#include <set>

#include "replicator/postgres/connection.hpp"
#include "tools/server/model/catalog.hpp"

namespace edo::model {
namespace {

using postgres::Connection;
using postgres::Parameters;

// A domain counts as its base type. A type outside pg_catalog needs its schema's name.
constexpr std::string_view kTypeColumns =
    " base.typname, CASE WHEN base.typnamespace = 'pg_catalog'::regnamespace THEN ''"
    " ELSE quote_ident(space.nspname) || '.' || quote_ident(base.typname) END";
constexpr std::string_view kTypeJoins =
    " JOIN pg_type base ON base.oid = CASE WHEN type.typtype = 'd' THEN type.typbasetype"
    " ELSE type.oid END"
    " JOIN pg_namespace space ON space.oid = base.typnamespace";
// Whether the column's collation, or the database's if it has none of its own, sorts by code
// points. Before version 15 a database has no other provider than libc.
constexpr std::string_view kSortsByCodePoints =
    " coalesce((SELECT CASE WHEN l.collname <> 'default' THEN l.collname IN ('C', 'POSIX', "
    "'ucs_basic')"
    " ELSE (SELECT CASE coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') WHEN 'b' THEN true"
    " WHEN 'c' THEN d.datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8') END"
    " FROM pg_database d WHERE d.datname = current_database()) END"
    " FROM pg_collation l WHERE l.oid = a.attcollation), false)";
constexpr std::string_view kCollation =
    " (SELECT l.oid FROM pg_collation l WHERE l.oid = a.attcollation AND l.collname <> 'default')";
constexpr std::string_view kInSchemas = " IN (SELECT jsonb_array_elements_text($1::jsonb))";

CatalogType type_of(std::string_view name, std::string_view qualified) {
  CatalogType type = postgres_type(name);
  if (!qualified.empty()) type.sql_type = qualified;
  return type;
}

class Reader {
 public:
  Reader(Connection& connection, const Metadata& metadata)
      : connection_(connection), metadata_(metadata) {
    std::set<std::string> schemas;
    std::set<std::vector<std::string>> functions;
    const auto add = [&](const TableName& function) {
      functions.insert({function.schema, function.name});
    };
    for (const auto& tracked : metadata.tables) {
      schemas.insert(tracked.table.schema);
      for (const auto& field : tracked.computed_fields) add(field.function);
    }
    for (const auto& tracked : metadata.functions) add(tracked.function);
    schemas_.text(nlohmann::json(schemas).dump());
    functions_.text(nlohmann::json(functions).dump());
  }

  Catalog read() {
    read_columns();
    read_keys();
    read_functions();
    for (const auto& tracked : metadata_.tables) {
      if (tracked.is_enum) read_enum(tracked.table);
    }
    return std::move(catalog_);
  }

 private:
  postgres::Result query(const std::string& sql) {
    return connection_.run("read the catalog of", sql, schemas_);
  }

  static CatalogArgument argument(const nlohmann::json& read) {
    CatalogArgument result;
    result.name = read.value("name", "");
    result.type = type_of(read["type"].get<std::string>(), read["qualified"].get<std::string>());
    if (read["relation"].is_array()) result.row_of = {read["relation"][0], read["relation"][1]};
    result.has_default = read["has_default"];
    return result;
  }

  CatalogTable* find(const TableName& name) {
    return const_cast<CatalogTable*>(catalog_.find_table(name));
  }

  void read_columns() {
    const auto rows = query(
        "SELECT n.nspname, c.relname, obj_description(c.oid, 'pg_class'), a.attname,"
        " NOT (a.attnotnull OR type.typnotnull), col_description(c.oid, a.attnum)," +
        std::string(kTypeColumns) + "," + std::string(kSortsByCodePoints) + "," +
        std::string(kCollation) +
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " JOIN pg_type type ON type.oid = a.atttypid" +
        std::string(kTypeJoins) + " WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname" +
        std::string(kInSchemas) + " ORDER BY n.nspname, c.relname, a.attnum");
    for (int row = 0; row < rows.rows(); ++row) {
      TableName name{rows.text(row, 0), rows.text(row, 1)};
      if (catalog_.tables.empty() || catalog_.tables.back().name != name) {
        catalog_.tables.emplace_back();
        catalog_.tables.back().name = std::move(name);
        catalog_.tables.back().comment = rows.text(row, 2);
      }
      catalog_.tables.back().columns.push_back(
          {rows.text(row, 3), type_of(rows.value(row, 6), rows.value(row, 7)), rows.boolean(row, 4),
           rows.text(row, 5), rows.boolean(row, 8), rows.text(row, 9)});
    }
  }

  void read_keys() {
    const auto names = [](const std::string& keys, const std::string& table) {
      return "(SELECT jsonb_agg(a.attname ORDER BY part.place) FROM unnest(" + keys +
             ") WITH ORDINALITY part (number, place) JOIN pg_attribute a ON a.attrelid = " + table +
             " AND a.attnum = part.number)";
    };
    const auto rows =
        query("SELECT n.nspname, c.relname, k.contype, " + names("k.conkey", "k.conrelid") +
              ", fn.nspname, fc.relname, " + names("k.confkey", "k.confrelid") +
              " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
              " JOIN pg_namespace n ON n.oid = c.relnamespace"
              " LEFT JOIN pg_class fc ON fc.oid = k.confrelid"
              " LEFT JOIN pg_namespace fn ON fn.oid = fc.relnamespace"
              " WHERE k.contype IN ('p', 'f') AND n.nspname" +
              std::string(kInSchemas) + " ORDER BY k.conname, k.oid");
    for (int row = 0; row < rows.rows(); ++row) {
      CatalogTable* table = find({rows.text(row, 0), rows.text(row, 1)});
      if (table == nullptr) continue;
      auto columns = nlohmann::json::parse(rows.value(row, 3)).get<std::vector<std::string>>();
      if (rows.value(row, 2) == "p") {
        table->primary_key = std::move(columns);
        continue;
      }
      const auto there = nlohmann::json::parse(rows.value(row, 6)).get<std::vector<std::string>>();
      ForeignKey key;
      key.remote = {rows.text(row, 4), rows.text(row, 5)};
      for (std::size_t i = 0; i < columns.size(); ++i) {
        key.columns.emplace_back(columns[i], there[i]);
      }
      table->foreign_keys.push_back(std::move(key));
    }
  }

  // What returns or takes a pseudo-type is left out, and so is what takes a variable number of
  // arguments.
  void read_functions() {
    const std::string types(kTypeColumns);
    const std::string joins(kTypeJoins);
    const std::string relation =
        "(SELECT jsonb_build_array(space.nspname, c.relname) FROM pg_class c"
        " WHERE c.oid = base.typrelid)";
    // Names include those of results, so the modes say whose they are.
    const std::string names =
        "(SELECT array_agg(named.name ORDER BY named.place)"
        " FROM unnest(p.proargnames, p.proargmodes) WITH ORDINALITY named (name, mode, place)"
        " WHERE coalesce(named.mode, 'i') IN ('i', 'b'))";
    const auto rows = connection_.run(
        "read the catalog of",
        "SELECT n.nspname, p.proname," + types + ", " + relation +
            ", p.proretset, p.provolatile = 'v', obj_description(p.oid, 'pg_proc'), given.list"
            " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " JOIN pg_type type ON type.oid = p.prorettype" +
            joins +
            " CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(one ORDER BY place), '[]') AS list,"
            " coalesce(bool_and(is_value), true) AS are_values FROM"
            " (SELECT argument.place, base.typtype <> 'p' AS is_value,"
            " jsonb_build_object('name', coalesce((" +
            names +
            ")[argument.place], ''), 'has_default',"
            " argument.place > p.pronargs - p.pronargdefaults, 'relation', " +
            relation + ", 'type', shown.name, 'qualified', shown.qualified) AS one" +
            " FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY argument (type, place)"
            " JOIN pg_type type ON type.oid = argument.type" +
            joins + " CROSS JOIN LATERAL (SELECT" + types +
            ") shown (name, qualified)) listed) given"
            " WHERE p.prokind = 'f' AND p.provariadic = 0 AND base.typtype <> 'p'"
            " AND given.are_values AND jsonb_build_array(n.nspname, p.proname) IN"
            " (SELECT jsonb_array_elements($1::jsonb)) ORDER BY p.oid",
        functions_);
    for (int row = 0; row < rows.rows(); ++row) {
      CatalogFunction function;
      function.name = {rows.text(row, 0), rows.text(row, 1)};
      function.type = type_of(rows.value(row, 2), rows.value(row, 3));
      if (!rows.is_null(row, 4)) {
        const auto name = nlohmann::json::parse(rows.value(row, 4));
        function.rows_of = {name[0], name[1]};
      }
      function.returns_set = rows.boolean(row, 5);
      function.is_volatile = rows.boolean(row, 6);
      function.comment = rows.text(row, 7);
      for (const auto& read : nlohmann::json::parse(rows.value(row, 8))) {
        function.arguments.push_back(argument(read));
      }
      catalog_.functions.push_back(std::move(function));
    }
  }

  void read_enum(const TableName& name) {
    CatalogTable* table = find(name);
    if (table == nullptr || table->primary_key.size() != 1) return;
    const std::string& key = table->primary_key.front();
    std::string comment = "NULL";
    for (const auto& column : table->columns) {
      if (column.name != key) comment = connection_.quoted_name(column.name) + "::text";
    }
    const std::string quoted_key = connection_.quoted_name(key);
    const auto rows = connection_.run("read the enum values of",
                                      "SELECT " + quoted_key + "::text, " + comment + " FROM " +
                                          connection_.quoted_name(name.schema) + "." +
                                          connection_.quoted_name(name.name) + " ORDER BY 1");
    for (int row = 0; row < rows.rows(); ++row) {
      table->enum_values.emplace_back(rows.text(row, 0), rows.text(row, 1));
    }
  }

  Connection& connection_;
  const Metadata& metadata_;
  Parameters schemas_;
  Parameters functions_;
  Catalog catalog_;
};

}  // namespace

Catalog read_catalog(Connection& connection, const Metadata& metadata) {
  return Reader(connection, metadata).read();
}

}  // namespace edo::model
