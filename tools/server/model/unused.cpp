#include "tools/server/model/unused.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace edo::model {
namespace {

using nlohmann::json;
using Names = std::initializer_list<std::string_view>;

void note(const json& object, Names used, const std::string& where, Unused& unused) {
  if (!object.is_object()) return;
  for (const auto& [name, value] : object.items()) {
    if (std::find(used.begin(), used.end(), name) == used.end() && says_something(value)) {
      ++unused[where + name];
    }
  }
}

const json& member(const json& object, const char* name) {
  static const json kNothing;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() ? kNothing : *found;
}

void note_table(const json& table, Unused& unused) {
  note(table,
       {"table", "is_enum", "configuration", "object_relationships", "array_relationships",
        "computed_fields", "select_permissions"},
       "", unused);
  note(member(table, "configuration"),
       {"custom_name", "comment", "custom_root_fields", "custom_column_names", "column_config"},
       "configuration: ", unused);
  for (const json& granted : member(table, "select_permissions")) {
    note(member(granted, "permission"),
         {"columns", "computed_fields", "filter", "limit", "allow_aggregations",
          "query_root_fields", "subscription_root_fields"},
         "select_permissions: ", unused);
  }
  for (const json& field : member(table, "computed_fields")) {
    note(member(field, "definition"), {"function", "table_argument", "session_argument"},
         "computed_fields: ", unused);
  }
}

void note_function(const json& function, Unused& unused) {
  note(function, {"function", "configuration", "permissions", "comment"}, "functions: ", unused);
  const json& configuration = member(function, "configuration");
  note(configuration, {"custom_name", "custom_root_fields", "session_argument", "exposed_as"},
       "functions: ", unused);
}

}  // namespace

bool says_something(const json& value) {
  if (value.is_structured()) return std::any_of(value.begin(), value.end(), says_something);
  return !value.is_null() && value != false && value != "";
}

Unused unused_in(const json& databases) {
  Unused unused;
  for (const json& database : databases) {
    note(database, {"name", "kind", "configuration", "tables", "functions", "customization"}, "",
         unused);
    for (const json& table : member(database, "tables")) note_table(table, unused);
    for (const json& function : member(database, "functions")) note_function(function, unused);
  }
  return unused;
}

std::vector<std::string> unused_lines(const Unused& unused) {
  std::vector<std::string> lines;
  for (const auto& [name, count] : unused) {
    lines.push_back(count == 1 ? name : name + " (" + std::to_string(count) + ")");
  }
  return lines;
}

}  // namespace edo::model
