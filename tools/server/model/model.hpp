// What can be queried: the tables that the metadata tracks, with the columns of the database. One
// model serves all roles; permissions say what each may see.
//
// A model does not change after it is built, so pointers into it stay valid while it exists.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace edo::model {

enum class ScalarType {
  integer,  // int2, int4: GraphQL's Int
  bigint,
  numeric,
  float8,  // float4 is GraphQL's Float, float8 has a name of its own
  float4,
  text,  // and char, varchar, name, domains over them: String
  boolean,
  timestamptz,
  timestamp,
  date,
  time,
  uuid,
  json,
  jsonb,
  other,  // compared and returned as text
};

struct Table;

struct Column {
  std::string name;      // in GraphQL
  std::string sql_name;  // in the database
  ScalarType type = ScalarType::text;
  std::string sql_type;  // "int4", "timestamptz", …: what a bound value is cast to
  std::string
      graphql_type;  // "Int", "timestamptz", …; the enum's name for a column of an enum table
  bool nullable = true;
  // Values compare, sort and are shown correctly as stored. Of a SQLite column: this product wrote
  // them, or the column's own type sees to it. Of a text of PostgreSQL: its collation sorts by code
  // points.
  bool canonical = false;
  // Of a text of PostgreSQL: its collation, if that is not the database's. Texts of two such
  // collations cannot be compared without a third.
  std::string collation = {};
  std::string comment = {};
  std::optional<int> scale = {};  // of a numeric of SQLite: its digits after the point
  // Of a role that inherits: a filter of the rows in which the role sees the value. Elsewhere it is
  // null, also in conditions, orders and aggregates. Null: in all rows.
  nlohmann::json shown_if = nullptr;
};

struct FunctionArgument {
  enum class Source { client, row, session };
  Source source = Source::client;
  std::string name;      // in GraphQL, if the client gives it
  std::string sql_name;  // empty: it has none
  ScalarType type = ScalarType::text;
  std::string sql_type;
  std::string graphql_type;
  bool has_default = false;
};

// A function of PostgreSQL, with its arguments in order.
struct Function {
  std::string schema;
  std::string name;
  std::vector<FunctionArgument> arguments;
  std::string arguments_type;  // GraphQL's name of what the client gives

  [[nodiscard]] bool takes_arguments() const;  // from the client
};

// Rows of `remote` whose columns equal this table's, pair by pair. Or the rows that a function of
// the row returns: a computed field.
struct Relationship {
  std::string name;
  bool is_array = false;
  bool nullable = true;  // of an object relationship: whether there may be none
  const Table* remote = nullptr;
  std::vector<std::pair<const Column*, const Column*>> columns;  // here, there
  std::optional<Function> function = {};
  std::string comment = {};
};

// A root field: a function that returns rows of a table, which its permissions apply to.
struct TrackedFunction {
  std::string name, aggregate_name;  // in GraphQL
  Function function;
  const Table* rows = nullptr;
  std::string comment;
  std::optional<std::set<std::string>> roles;  // that may call it; absent: all that see the table
};

// A scalar computed from the row. On Postgres a function of it. On SQLite, which has no such
// functions, a view with the function's name, the table's primary key and a column `value`.
struct ComputedField {
  std::string name;
  ScalarType type = ScalarType::text;
  std::string sql_type;
  std::string graphql_type;
  Function function;  // or the view
  std::string comment;
  std::optional<int> scale = {};      // as of a column
  nlohmann::json shown_if = nullptr;  // as in Column
};

struct Permission {
  std::set<std::string> columns;                     // GraphQL names
  std::set<std::string> computed_fields;             // scalar ones that are allowed
  nlohmann::json filter = nlohmann::json::object();  // a bool_exp with X-Hasura-* in its values
  std::optional<std::size_t> limit;
  bool allow_aggregations = false;
  // What the role sees in some rows only, instead of the table's own, by their names. They do not
  // move.
  std::map<std::string, Column> partial_columns;
  std::map<std::string, ComputedField> partial_fields;
  // Of select, select_by_pk, select_aggregate and select_stream; absent: all. Does not apply to
  // relationships to the table.
  std::optional<std::set<std::string>> query_root_fields, subscription_root_fields;
};

struct Table {
  std::string name;    // in GraphQL
  std::string schema;  // empty on SQLite
  std::string sql_name;
  std::vector<Column> columns;  // in the database's order
  std::vector<const Column*> primary_key;
  std::vector<Relationship> relationships;
  std::vector<ComputedField> computed_fields;
  std::map<std::string, Permission> permissions;  // by role, admin among them
  std::string select_name, select_by_pk_name, select_aggregate_name, select_stream_name;
  std::map<std::string, std::string> root_comments;  // by select, select_by_pk, …; often none
  std::string comment;
  // Of a table tracked with is_enum: its values with their comments. Columns that refer to it have
  // the type <name>_enum; for the rest it is a table like any other, as in Hasura.
  std::vector<std::pair<std::string, std::string>> enum_values;
  bool is_enum = false;

  [[nodiscard]] const Column* find_column(std::string_view graphql_name) const;
  [[nodiscard]] const Relationship* find_relationship(std::string_view graphql_name) const;
  [[nodiscard]] const ComputedField* find_computed_field(std::string_view graphql_name) const;
  // Null if the role may not see the table. The admin's permission lists everything.
  [[nodiscard]] const Permission* permission_of(const std::string& role) const;
};

struct Model {
  std::vector<std::unique_ptr<Table>> tables;  // in order of their names
  std::vector<TrackedFunction> functions;
  // What the metadata names and the database does not have: one line each, with the table's name.
  std::vector<std::string> inconsistencies;
  std::vector<std::string> unused;  // what the metadata names and is not offered
  std::set<std::string> roles_without_introspection;

  [[nodiscard]] const Table* find_table(std::string_view graphql_name) const;
};

}  // namespace edo::model
