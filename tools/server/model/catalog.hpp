// What a database has: the relations that the metadata names, as PostgreSQL or SQLite describes
// them. Both describe the same schema alike.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/server/model/metadata.hpp"
#include "tools/server/model/model.hpp"

namespace edo::postgres {
class Connection;
}
namespace edo::storage {
class Database;
}

namespace edo::model {

struct CatalogType {
  ScalarType scalar = ScalarType::text;
  std::string sql_type = "text";
  std::string graphql_type = "String";
};

struct CatalogColumn {
  std::string name;
  CatalogType type;
  bool nullable = true;
  std::string comment;
  bool canonical = false;  // as in Column
};

struct ForeignKey {
  TableName remote;
  std::vector<std::pair<std::string, std::string>> columns;  // here, there
};

struct CatalogTable {
  TableName name;
  std::vector<CatalogColumn> columns;
  std::vector<std::string> primary_key;
  std::vector<ForeignKey> foreign_keys;
  std::string comment;
  // Of a table that the metadata calls an enum: its values with their comments.
  std::vector<std::pair<std::string, std::string>> enum_values;
};

// Takes a row of the table.
struct CatalogFunction {
  TableName name;
  TableName table;
  CatalogType type;
  bool is_scalar = true;  // it returns one value, and needs nothing but the row
};

struct Catalog {
  bool has_schemas = true;
  std::vector<CatalogTable> tables;
  std::vector<CatalogFunction> functions;

  // Null if there is none.
  [[nodiscard]] const CatalogTable* find_table(const TableName& name) const;
  [[nodiscard]] const CatalogFunction* find_function(const TableName& name,
                                                     const TableName& table) const;
};

// Throw Error as the connection and the database do.
[[nodiscard]] Catalog read_catalog(postgres::Connection& connection, const Metadata& metadata);
[[nodiscard]] Catalog read_catalog(storage::Database& database, const Metadata& metadata);

// By PostgreSQL's short name of a type: "int4", "timestamptz", … A name that is not known is a
// scalar of its own, compared as text.
[[nodiscard]] CatalogType postgres_type(std::string_view name);
// By the type that a SQLite table declares: "BOOLEAN", "VARCHAR(80)", "double precision", …
[[nodiscard]] CatalogType declared_type(std::string_view declaration);

}  // namespace edo::model
