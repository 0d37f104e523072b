// The catalog of a database: the relations that the metadata names. PostgreSQL and SQLite give
// equal results for the same schema.
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
  std::optional<int> scale = {};  // of numeric(p, s), as SQLite declares it
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
  // The values, with comments, of a table that the metadata declares as an enum.
  std::vector<std::pair<std::string, std::string>> enum_values;
};

// A function that takes a row of the table.
struct CatalogFunction {
  TableName name;
  TableName table;
  CatalogType type;
  bool is_scalar = true;  // returns one value and needs only the row
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

// By PostgreSQL's short name of a type: "int4", "timestamptz", … An unknown name is a separate
// scalar, compared as text.
[[nodiscard]] CatalogType postgres_type(std::string_view name);
// By the declared type of a SQLite column: "BOOLEAN", "VARCHAR(80)", "double precision", …
[[nodiscard]] CatalogType declared_type(std::string_view declaration);

}  // namespace edo::model
