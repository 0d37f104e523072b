#include "tools/server/model/metadata.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

#include "edo/error.hpp"
#include "schemas/schemas.hpp"
#include "tools/server/model/unused.hpp"
#include "tools/server/model/yaml.hpp"

namespace edo::model {
namespace {

using nlohmann::json;

constexpr std::string_view kDatabases = "databases/databases.yaml";
// The schema of the tables in our own metadata.
constexpr std::string_view kOwnSchema = "event_detector_observability";

// A value of the metadata with its place, for messages.
class Reader {
 public:
  Reader(const json& value, std::string where) : value_(&value), where_(std::move(where)) {}

  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(ErrorKind::invalid_argument, "read metadata", where_, why);
  }
  [[nodiscard]] const json& value() const { return *value_; }

  [[nodiscard]] bool has(const char* key) const {
    return value_->is_object() && value_->contains(key) && !value_->at(key).is_null();
  }
  [[nodiscard]] Reader at(const char* key) const {
    if (!has(key)) refuse(std::string("\"") + key + "\" is missing");
    return {value_->at(key), where_ + ": " + key};
  }
  [[nodiscard]] std::string text() const {
    if (!value_->is_string()) refuse("not text: " + value_->dump());
    return value_->get<std::string>();
  }
  [[nodiscard]] std::string text(const char* key) const { return at(key).text(); }
  [[nodiscard]] std::string text_or_empty(const char* key) const {
    return has(key) ? text(key) : std::string();
  }
  [[nodiscard]] bool flag(const char* key) const {
    if (!has(key)) return false;
    const auto member = at(key);
    if (!member.value().is_boolean()) member.refuse("neither true nor false");
    return member.value().get<bool>();
  }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (const auto& item : items()) result.push_back(item.text());
    return result;
  }
  [[nodiscard]] std::vector<Reader> items() const {
    if (!value_->is_array()) refuse("not a list");
    std::vector<Reader> result;
    for (const auto& item : *value_) result.emplace_back(item, where_);
    return result;
  }
  [[nodiscard]] std::vector<Reader> items(const char* key) const {
    return has(key) ? at(key).items() : std::vector<Reader>{};
  }
  [[nodiscard]] std::vector<std::pair<std::string, Reader>> members() const {
    if (!value_->is_object()) refuse("not a mapping");
    std::vector<std::pair<std::string, Reader>> result;
    for (const auto& [key, member] : value_->items()) {
      result.emplace_back(key, Reader(member, where_ + ": " + key));
    }
    return result;
  }
  [[nodiscard]] std::vector<std::pair<std::string, Reader>> members(const char* key) const {
    return has(key) ? at(key).members() : std::vector<std::pair<std::string, Reader>>{};
  }
  [[nodiscard]] Reader within(const std::string& where) const { return {*value_, where}; }

 private:
  const json* value_;
  std::string where_;
};

// "name", {schema, name}, or the list of both that Hasura's SQLite connector has.
TableName table_name(const Reader& reader) {
  const json& value = reader.value();
  if (value.is_string()) return {"public", reader.text()};
  if (value.is_array() && !value.empty()) {
    const auto parts = reader.texts();
    return {parts.size() > 1 ? parts[parts.size() - 2] : "public", parts.back()};
  }
  return {reader.has("schema") ? reader.text("schema") : "public", reader.text("name")};
}

// "column", ["column", …], or {table, column} and {table, columns}.
void read_foreign_key(const Reader& reader, RelationshipMetadata& relationship) {
  const auto names = [](const Reader& columns) {
    return columns.value().is_string() ? std::vector<std::string>{columns.text()} : columns.texts();
  };
  if (!reader.value().is_object()) {
    relationship.key_columns = names(reader);
    return;
  }
  relationship.remote = table_name(reader.at("table"));
  relationship.key_columns = names(reader.at(reader.has("columns") ? "columns" : "column"));
}

RelationshipMetadata relationship(const Reader& reader, bool is_array) {
  RelationshipMetadata result;
  result.name = reader.text("name");
  result.is_array = is_array;
  const auto using_ = reader.at("using");
  if (using_.has("manual_configuration")) {
    const auto manual = using_.at("manual_configuration");
    result.remote = table_name(manual.at("remote_table"));
    for (const auto& [here, there] : manual.at("column_mapping").members()) {
      result.column_mapping.emplace_back(here, there.text());
    }
    if (result.column_mapping.empty()) manual.refuse("\"column_mapping\" names no column");
  } else {
    read_foreign_key(using_.at("foreign_key_constraint_on"), result);
  }
  return result;
}

SelectPermissionMetadata select_permission(const Reader& reader) {
  SelectPermissionMetadata result;
  const auto columns = reader.at("columns");
  if (columns.value() != "*") result.columns = columns.texts();
  if (reader.has("computed_fields")) result.computed_fields = reader.at("computed_fields").texts();
  result.filter = reader.at("filter").value();
  if (!result.filter.is_object()) reader.at("filter").refuse("not a mapping");
  if (reader.has("limit")) {
    const auto limit = reader.at("limit");
    if (!limit.value().is_number_unsigned()) limit.refuse("not a number of rows");
    result.limit = limit.value().get<std::size_t>();
  }
  result.allow_aggregations = reader.flag("allow_aggregations");
  if (reader.has("query_root_fields")) {
    result.query_root_fields = reader.at("query_root_fields").texts();
  }
  if (reader.has("subscription_root_fields")) {
    result.subscription_root_fields = reader.at("subscription_root_fields").texts();
  }
  return result;
}

// Each is a name, or {name, comment}.
std::string root_field(const Reader& names, const char* key) {
  if (!names.has(key)) return {};
  const auto name = names.at(key);
  return name.value().is_object() ? name.text_or_empty("name") : name.text();
}

std::string root_comment(const Reader& names, const char* key) {
  const bool has_comment = names.has(key) && names.at(key).value().is_object();
  return has_comment ? names.at(key).text_or_empty("comment") : std::string();
}

void read_configuration(const Reader& reader, TableMetadata& table) {
  table.custom_name = reader.text_or_empty("custom_name");
  table.comment = reader.text_or_empty("comment");
  if (reader.has("custom_root_fields")) {
    const auto names = reader.at("custom_root_fields");
    table.root_fields = {root_field(names, "select"), root_field(names, "select_by_pk"),
                         root_field(names, "select_aggregate"), root_field(names, "select_stream")};
    for (const char* key : {"select", "select_by_pk", "select_aggregate", "select_stream"}) {
      if (auto comment = root_comment(names, key); !comment.empty()) {
        table.root_comments[key] = std::move(comment);
      }
    }
  }
  for (const auto& [column, name] : reader.members("custom_column_names")) {
    table.column_names[column] = name.text();
  }
  for (const auto& [column, config] : reader.members("column_config")) {
    if (config.has("custom_name")) table.column_names[column] = config.text("custom_name");
    if (config.has("comment")) table.column_comments[column] = config.text("comment");
  }
}

ComputedFieldMetadata computed_field(const Reader& reader) {
  const auto definition = reader.at("definition");
  return {reader.text("name"), table_name(definition.at("function")),
          reader.text_or_empty("comment"), definition.text_or_empty("table_argument"),
          definition.text_or_empty("session_argument")};
}

FunctionMetadata function(const Reader& unnamed) {
  FunctionMetadata result;
  result.function = table_name(unnamed.at("function"));
  const auto reader = unnamed.within("function " + result.function.text());
  result.comment = reader.text_or_empty("comment");
  for (const auto& granted : reader.items("permissions")) {
    result.permissions.insert(granted.text("role"));
  }
  if (!reader.has("configuration")) return result;
  const auto configuration = reader.at("configuration");
  result.custom_name = configuration.text_or_empty("custom_name");
  result.session_argument = configuration.text_or_empty("session_argument");
  result.exposed_as = configuration.text_or_empty("exposed_as");
  if (!result.exposed_as.empty() && result.exposed_as != "query" &&
      result.exposed_as != "mutation") {
    configuration.at("exposed_as").refuse("neither query nor mutation");
  }
  if (configuration.has("custom_root_fields")) {
    const auto names = configuration.at("custom_root_fields");
    result.select_name = names.text_or_empty("function");
    result.select_aggregate_name = names.text_or_empty("function_aggregate");
  }
  return result;
}

TableMetadata table(const Reader& unnamed) {
  TableMetadata result;
  result.table = table_name(unnamed.at("table"));
  const auto reader = unnamed.within("table " + result.table.text());
  result.is_enum = reader.flag("is_enum");
  if (reader.has("configuration")) read_configuration(reader.at("configuration"), result);
  for (const auto& item : reader.items("object_relationships")) {
    result.relationships.push_back(relationship(item, false));
  }
  for (const auto& item : reader.items("array_relationships")) {
    result.relationships.push_back(relationship(item, true));
  }
  for (const auto& item : reader.items("computed_fields")) {
    result.computed_fields.push_back(computed_field(item));
  }
  for (const auto& item : reader.items("select_permissions")) {
    const std::string role = item.text("role");
    const auto permission =
        item.at("permission")
            .within("table " + result.table.text() + ": select permission of role " + role);
    if (!result.permissions.emplace(role, select_permission(permission)).second) {
      permission.refuse("it is defined twice");
    }
  }
  return result;
}

// [{role_name, role_set}]
std::map<std::string, std::vector<std::string>> inherited_roles(const Reader& reader) {
  std::map<std::string, std::vector<std::string>> roles;
  for (const auto& item : reader.items()) {
    const std::string name = item.text("role_name");
    auto parents = item.at("role_set").texts();
    if (name == "admin" || std::find(parents.begin(), parents.end(), "admin") != parents.end()) {
      item.refuse("admin sees everything, so it neither inherits nor is inherited from");
    }
    if (!roles.emplace(name, std::move(parents)).second) {
      item.refuse("the role " + name + " is defined twice");
    }
  }
  return roles;
}

// Follows the role through all that it inherits from.
void refuse_cycles(const std::map<std::string, std::vector<std::string>>& roles,
                   const std::string& role, std::set<std::string>& above, const Reader& reader) {
  const auto found = roles.find(role);
  if (found == roles.end()) return;
  if (!above.insert(role).second) reader.refuse("the role " + role + " inherits from itself");
  for (const auto& parent : found->second) refuse_cycles(roles, parent, above, reader);
  above.erase(role);
}

// The queries of each collection that the list names: [{collection, scope: {global, roles}}].
std::vector<AllowedQueries> allow_list(const Reader& list, const Reader& collections) {
  std::map<std::string, std::vector<std::string>> queries;
  for (const auto& collection : collections.items()) {
    auto& own = queries[collection.text("name")];
    for (const auto& query : collection.at("definition").items("queries")) {
      own.push_back(query.text("query"));
    }
  }
  std::vector<AllowedQueries> allowed;
  for (const auto& item : list.items()) {
    const auto found = queries.find(item.text("collection"));
    if (found == queries.end()) item.refuse("there is no collection " + item.text("collection"));
    AllowedQueries entry{found->second, std::nullopt};
    if (item.has("scope") && !item.at("scope").flag("global")) {
      const auto roles = item.at("scope").at("roles").texts();
      entry.roles.emplace(roles.begin(), roles.end());
    }
    allowed.push_back(std::move(entry));
  }
  return allowed;
}

// Files beside databases/, each of which may be missing.
void read_other_files(const ReadFile& read, Metadata& metadata) {
  const auto load = [&](const char* name) { return read(name) ? load_yaml(read, name) : json(); };
  const auto list = [](json value) { return value.is_null() ? json::array() : std::move(value); };
  const json roles = list(load("inherited_roles.yaml"));
  const Reader reader(roles, "inherited_roles.yaml");
  metadata.inherited_roles = inherited_roles(reader);
  for (const auto& [role, parents] : metadata.inherited_roles) {
    std::set<std::string> above;
    refuse_cycles(metadata.inherited_roles, role, above, reader);
  }
  const json introspection = load("graphql_schema_introspection.yaml");
  for (const auto& role :
       Reader(introspection, "graphql_schema_introspection.yaml").items("disabled_for_roles")) {
    metadata.roles_without_introspection.insert(role.text());
  }
  const json allowed = list(load("allow_list.yaml"));
  const json collections = list(load("query_collections.yaml"));
  metadata.allow_list =
      allow_list(Reader(allowed, "allow_list.yaml"), Reader(collections, "query_collections.yaml"));
}

// Files of the directory that nothing here reads.
Unused unused_files(const std::filesystem::path& root, const ReadFile& read) {
  constexpr std::string_view kRead[] = {"version", "inherited_roles", "query_collections",
                                        "graphql_schema_introspection", "allow_list"};
  Unused unused;
  for (const auto& file : std::filesystem::directory_iterator(root)) {
    const std::string name = file.path().stem().string();
    const bool is_read = std::find(std::begin(kRead), std::end(kRead), name) != std::end(kRead);
    if (is_read || file.path().extension() != ".yaml") continue;
    if (says_something(load_yaml(read, file.path().filename().string()))) ++unused[name];
  }
  return unused;
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Metadata metadata_of(const json& databases) {
  Metadata result;
  for (const auto& database : Reader(databases, std::string(kDatabases)).items()) {
    if (database.has("customization") && !database.at("customization").value().empty()) {
      database.at("customization").refuse("a source's customization is not supported");
    }
    for (const auto& item : database.items("tables")) result.tables.push_back(table(item));
    for (const auto& item : database.items("functions")) result.functions.push_back(function(item));
  }
  result.unused = unused_lines(unused_in(databases));
  return result;
}

Metadata read_metadata(const ReadFile& read) {
  Metadata metadata = metadata_of(load_yaml(read, std::string(kDatabases)));
  read_other_files(read, metadata);
  return metadata;
}

Metadata read_metadata(const std::string& directory) {
  std::filesystem::path root(directory);
  // The folder of a whole project is accepted as well.
  if (std::filesystem::exists(root / "metadata" / kDatabases)) root /= "metadata";
  if (!std::filesystem::exists(root / kDatabases)) {
    throw Error(
        ErrorKind::invalid_argument, "read metadata", directory,
        "it has no " + std::string(kDatabases) + "; name the metadata folder of a Hasura project");
  }
  const ReadFile read = [&](const std::string& path) { return read_file(root / path); };
  Metadata metadata = read_metadata(read);
  for (auto& line : unused_lines(unused_files(root, read))) {
    metadata.unused.push_back(std::move(line));
  }
  return metadata;
}

Metadata embedded_metadata(const std::string& schema) {
  auto metadata = read_metadata([](const std::string& path) -> std::optional<std::string> {
    for (const auto& file : schemas::hasura()) {
      if (file.path == path) return std::string(file.text);
    }
    return std::nullopt;
  });
  metadata.local_may_lack_tables = true;
  const auto move = [&](TableName& name) {
    if (!schema.empty() && name.schema == kOwnSchema) name.schema = schema;
  };
  for (auto& tracked : metadata.tables) {
    move(tracked.table);
    for (auto& field : tracked.computed_fields) move(field.function);
    for (auto& related : tracked.relationships) {
      if (related.remote) move(*related.remote);
    }
  }
  return metadata;
}

}  // namespace edo::model
