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
  bool canonical = false;      // as in Column
  std::string collation = {};  // as in Column
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

struct CatalogArgument {
  std::string name;  // empty: it has none
  CatalogType type;
  std::optional<TableName> row_of = {};  // the table that it takes a row of
  bool has_default = false;
};

// A function that can be called in a query: neither variadic nor of a type that is none.
struct CatalogFunction {
  TableName name;
  std::vector<CatalogArgument> arguments;
  CatalogType type;
  std::optional<TableName> rows_of = {};  // the table that it returns rows of
  bool returns_set = false;
  bool is_volatile = false;
  std::string comment = {};
};

struct Catalog {
  bool has_schemas = true;
  std::vector<CatalogTable> tables;
  std::vector<CatalogFunction> functions;

  // Null if there is none.
  [[nodiscard]] const CatalogTable* find_table(const TableName& name) const;
  // That takes a row of the table, as the argument of this name unless that is empty.
  [[nodiscard]] const CatalogFunction* find_function(const TableName& name, const TableName& table,
                                                     const std::string& argument = "") const;
  // All that have the name.
  [[nodiscard]] std::vector<const CatalogFunction*> find_functions(const TableName& name) const;
  // Whether both name the same table or function: a schema means nothing on SQLite.
  [[nodiscard]] bool is_same(const TableName& one, const TableName& other) const;
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
