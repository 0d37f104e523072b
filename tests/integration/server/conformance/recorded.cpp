#include "recorded.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <regex>

#include "support/files.hpp"

namespace edo::testing {
namespace {

using nlohmann::json;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

Case read_case(const json& recorded) {
  Case made;
  made.id = recorded.at("id");
  made.request.query = recorded.at("request").at("query");
  made.request.operation_name = recorded.at("request").value("operationName", "");
  if (const auto variables = recorded.at("request").find("variables");
      variables != recorded.at("request").end() && variables->is_object()) {
    made.request.variables = *variables;
  }
  for (const auto& [header, value] : recorded.at("headers").items()) {
    const std::string name = lower(header);
    if (!name.starts_with("x-hasura-")) continue;
    made.session.variables[name] = value;
    if (name == "x-hasura-role") made.session.role = value;
  }
  made.response = recorded.at("response");
  return made;
}

// Commands name a table as "t" or as {"schema": "s", "name": "t"}.
json full_name(const json& table) {
  return {{"schema", table.is_string() ? "public" : table.value("schema", "public")},
          {"name", table.is_string() ? table : table.at("name")}};
}

struct AddedKey {
  std::string table, column, remote, remote_column;
};

std::vector<AddedKey> added_keys(const Recording& recording) {
  static const std::regex kAdding(
      R"(alter\s+table\s+(\w+)\s+add\s+constraint\s+\w+\s+foreign\s+key\s*\((\w+)\))"
      R"(\s*references\s+(\w+)\s*\((\w+)\))",
      std::regex::icase);
  std::vector<AddedKey> keys;
  for (const auto& sql : recording.postgres_sql) {
    for (std::sregex_iterator found(sql.begin(), sql.end(), kAdding), end; found != end; ++found) {
      keys.push_back({(*found)[1], (*found)[2], (*found)[3], (*found)[4]});
    }
  }
  return keys;
}

// What a relationship uses, by hand where its key is not there.
json over_key(const json& args, const std::vector<AddedKey>& keys) {
  const json& given = args.at("using");
  const auto by_hand = [](const std::string& remote, const std::string& here,
                          const std::string& there) -> json {
    return {{"manual_configuration",
             {{"remote_table", full_name(remote)}, {"column_mapping", {{here, there}}}}}};
  };
  const auto key = given.find("foreign_key_constraint_on");
  if (key == given.end()) return given;
  for (const auto& added : keys) {
    if (key->is_string() && full_name(args.at("table")) == full_name(added.table) &&
        *key == added.column) {
      return by_hand(added.remote, added.column, added.remote_column);
    }
    if (key->is_object() && full_name(key->at("table")) == full_name(added.table) &&
        key->value("column", "") == added.column) {
      return by_hand(added.table, added.remote_column, added.column);
    }
  }
  return given;
}

std::optional<double> number(const json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double parsed = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return parsed;
}

std::string one_quote(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

std::optional<std::string> difference(const json& expected, const json& found,
                                      const std::string& place) {
  const auto differ = [&] {
    return place + ": expected " + expected.dump() + ", found " + found.dump();
  };
  if (expected.is_object() && found.is_object()) {
    for (const auto& [key, value] : expected.items()) {
      if (!found.contains(key)) return place + ": no \"" + key + "\"";
      if (auto nested = difference(value, found.at(key), place + "/" + key)) return nested;
    }
    for (const auto& [key, value] : found.items()) {
      if (!expected.contains(key)) return place + ": \"" + key + "\" as well";
    }
    return std::nullopt;
  }
  if (expected.is_array() && found.is_array()) {
    if (expected.size() != found.size()) return differ();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (auto nested = difference(expected[i], found[i], place + "/" + std::to_string(i))) {
        return nested;
      }
    }
    return std::nullopt;
  }
  const auto a = number(expected);
  const auto b = number(found);
  if (a && b && expected.is_string() == found.is_string()) {
    return std::abs(*a - *b) <= 1e-9 * std::max(1.0, std::abs(*a)) ? std::nullopt
                                                                   : std::optional(differ());
  }
  if (expected.is_string() && found.is_string() && place.ends_with("/message")) {
    return one_quote(expected) == one_quote(found) ? std::nullopt : std::optional(differ());
  }
  return expected == found ? std::nullopt : std::optional(differ());
}

}  // namespace

std::optional<std::string> recordings_directory() {
  const char* named = std::getenv("EDO_CONFORMANCE");
  std::string directory = named == nullptr ? EDO_CONFORMANCE_BESIDE : named;
  return std::filesystem::is_directory(directory) ? std::optional(directory) : std::nullopt;
}

std::vector<Recording> read_recordings(const std::string& directory) {
  std::vector<Recording> recordings;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".json") continue;
    const json file = json::parse(read_file(entry.path()));
    Recording made;
    made.name = entry.path().stem();
    made.postgres_sql = file.at("sql").get<std::vector<std::string>>();
    made.sqlite_sql = file.at("sqlite").at("sql").get<std::vector<std::string>>();
    made.commands = file.at("metadata");
    made.stringify_numeric_types =
        file.at("env").value("HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES", "false") == "true";
    for (const auto& recorded : file.at("cases")) made.cases.push_back(read_case(recorded));
    recordings.push_back(std::move(made));
  }
  std::sort(recordings.begin(), recordings.end(),
            [](const auto& left, const auto& right) { return left.name < right.name; });
  return recordings;
}

void write_metadata(const Recording& recording, bool for_sqlite, const std::string& directory) {
  const auto keys = for_sqlite ? added_keys(recording) : std::vector<AddedKey>();
  json tables = json::array();
  json functions = json::array();
  const auto table = [&](const json& name) -> json& {
    for (auto& tracked : tables) {
      if (tracked.at("table") == full_name(name)) return tracked;
    }
    tables.push_back({{"table", full_name(name)}});
    return tables.back();
  };
  for (const auto& command : recording.commands) {
    const std::string type = command.at("type");
    const json& args = command.at("args");
    if (type == "track_table") {
      json& tracked = table(args.is_object() && args.contains("table") ? args.at("table") : args);
      for (const char* also : {"is_enum", "configuration"}) {
        if (args.is_object() && args.contains(also)) tracked[also] = args.at(also);
      }
    } else if (type == "create_object_relationship") {
      table(args.at("table"))["object_relationships"].push_back(
          {{"name", args.at("name")}, {"using", over_key(args, keys)}});
    } else if (type == "create_array_relationship") {
      table(args.at("table"))["array_relationships"].push_back(
          {{"name", args.at("name")}, {"using", over_key(args, keys)}});
    } else if (type == "create_select_permission") {
      table(args.at("table"))["select_permissions"].push_back(
          {{"role", args.at("role")}, {"permission", args.at("permission")}});
    } else if (type == "add_computed_field" && !for_sqlite) {
      table(args.at("table"))["computed_fields"].push_back(
          {{"name", args.at("name")}, {"definition", args.at("definition")}});
    } else if (type == "track_function" && !for_sqlite) {
      functions.push_back({{"function", full_name(args)}});
    }
  }
  const json databases = {
      {{"name", "default"}, {"kind", "postgres"}, {"tables", tables}, {"functions", functions}}};
  std::filesystem::create_directories(directory + "/databases");
  write_file(directory + "/version.yaml", "version: 3\n");
  // JSON is YAML.
  write_file(directory + "/databases/databases.yaml", databases.dump());
}

std::optional<std::string> difference(const json& expected, const json& found) {
  return difference(expected, found, "");
}

}  // namespace edo::testing
