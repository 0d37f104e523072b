// Hasura's metadata (version 3) as plain data: what of a database is offered, and to which role.
// Has no effect beyond reading tables, but names what has none: actions, event triggers, remote
// schemas, permissions to write.
//
// All functions throw Error: invalid_argument, which names the file and the table, or io.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/server/model/table_name.hpp"

namespace edo::model {

// Columns have their names in the database.
struct RelationshipMetadata {
  std::string name;
  bool is_array = false;
  // By manual configuration: pairs of columns here and there. Or over a foreign key: its columns,
  // which are the remote table's if that is named and this table's if not.
  std::optional<TableName> remote;
  std::vector<std::pair<std::string, std::string>> column_mapping;
  std::vector<std::string> key_columns;
};

struct ComputedFieldMetadata {
  std::string name;
  TableName function;
  std::string comment;
  std::string table_argument = {};    // empty: the first that takes a row of the table
  std::string session_argument = {};  // empty: none
};

// A function that is a root field.
struct FunctionMetadata {
  TableName function;
  std::string custom_name;
  std::string select_name, select_aggregate_name;  // empty: as the function's name says
  std::string comment;
  std::string session_argument;
  std::string exposed_as;             // "query" or "mutation"; empty: as its volatility says
  std::set<std::string> permissions;  // roles, where a role that sees the table needs one
};

struct SelectPermissionMetadata {
  std::optional<std::vector<std::string>> columns;  // absent: all
  std::vector<std::string> computed_fields;
  nlohmann::json filter = nlohmann::json::object();
  std::optional<std::size_t> limit;
  bool allow_aggregations = false;
  // Of select, select_by_pk, select_aggregate and select_stream; absent: all.
  std::optional<std::vector<std::string>> query_root_fields, subscription_root_fields;
};

struct RootFieldNames {
  std::string select, select_by_pk, select_aggregate, select_stream;  // empty: as the table says
};

struct TableMetadata {
  TableName table;
  std::string custom_name;
  std::string comment;
  bool is_enum = false;
  RootFieldNames root_fields;
  std::map<std::string, std::string> root_comments;  // by select, select_by_pk, …
  std::map<std::string, std::string> column_names;   // custom ones, by column
  std::map<std::string, std::string> column_comments;
  std::vector<RelationshipMetadata> relationships;
  std::vector<ComputedFieldMetadata> computed_fields;
  std::map<std::string, SelectPermissionMetadata> permissions;  // by role
};

// Operations that a client may send when an allow list is in force.
struct AllowedQueries {
  std::vector<std::string> queries;
  std::optional<std::set<std::string>> roles;  // absent: all
};

struct Metadata {
  std::vector<TableMetadata> tables;
  std::vector<FunctionMetadata> functions;
  // Each role that has what other roles have, with these; without cycles.
  std::map<std::string, std::vector<std::string>> inherited_roles;
  std::set<std::string> roles_without_introspection;
  std::vector<AllowedQueries> allow_list;
  std::vector<std::string> unused;  // what the metadata says without effect
  // Whether a store may lack the table. Otherwise a missing table is an error.
  bool local_may_lack_tables = false;
  // Whether a role that sees a table may call the functions that return its rows. Otherwise it
  // needs their permission as well.
  bool infer_function_permissions = true;
};

// The text of a file by its path in the directory ("databases/databases.yaml"), or nothing if it
// does not exist.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

// The tables of all databases that the directory names.
[[nodiscard]] Metadata read_metadata(const std::string& directory);
[[nodiscard]] Metadata read_metadata(const ReadFile& read);

// Our own, for tables in `schema`. A store lacks the tables of the replication.
[[nodiscard]] Metadata embedded_metadata(const std::string& schema);

// From databases.yaml with all its included files.
[[nodiscard]] Metadata metadata_of(const nlohmann::json& databases);

}  // namespace edo::model
