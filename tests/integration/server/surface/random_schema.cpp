#include "random_schema.hpp"

#include <algorithm>
#include <set>

#include "tools/server/language/json.hpp"
#include "tools/server/language/lexer.hpp"
#include "tools/server/sql/dialect.hpp"

namespace edo::testing {
namespace {

using nlohmann::json;

using Texts = std::vector<std::string>;

// Values at the limits of each type, in the spellings that PostgreSQL reads.
const RandomType kTypes[] = {
    {"Int",
     "int4",
     "INTEGER",
     {"0", "1", "-1", "2", "7", "9", "10", "+5", "007", "2147483647", "-2147483648"},
     {}},
    {"smallint", "int2", "SMALLINT", {"0", "1", "-1", "9", "10", "100", "32767", "-32768"}, {}},
    {"bigint",
     "int8",
     "BIGINT",
     {"0", "1", "-5", "9", "10", "9007199254740993", "9223372036854775807", "-9223372036854775808"},
     {}},
    {"numeric",
     "numeric",
     "NUMERIC",
     {"0",   "-0",       "1",      "1.0",  "1.00", "-1.5",
      "1e3", "1E-3",     "0.1",    "0.2",  "0.3",  "123456789012345678.000000001",
      "NaN", "Infinity", "-inf",   "9.50", "1e30", "+2.5",
      ".5",  "5.",       "-9.5e-3"},
     {"0", "1", "-1.5", "1000", "0.1", "0.2", "0.3", "9.5", "10", "123456789012345", "-0.0095"}},
    {"numeric",
     "numeric(8, 2)",
     "DECIMAL(8, 2)",
     {"0", "1.005", "-0.005", "9.994", "12", "1e3", "NaN", "0.10", "999999.99"},
     {"0", "1.005", "-0.005", "9.994", "12", "1000", "0.1", "999999.99"}},
    {"float8",
     "float8",
     "DOUBLE PRECISION",
     {"0", "1", "0.1", "0.25", "-3.75", "1e3", "9", "10", "0.3", "100000", "12345678901", "1e15",
      "1e-5"},
     {}},
    {"float8",
     "float8",
     "FLOAT",
     {"0", "-0", "NaN", "Infinity", "-Infinity", "1e308", "-1e308", "1.7e308", "5e-324", "1",
      "-1e30"},
     {"0", "NaN", "Infinity", "-Infinity", "1e308", "-1e308", "5e-324", "1", "-1e30"}},
    {"Float",
     "float4",
     "REAL",
     {"0", "1", "0.5", "-7.75", "1000", "16777216", "NaN", "Infinity"},
     {}},
    {"Boolean",
     "bool",
     "BOOLEAN",
     {"t", "f", "true", "FALSE", "yes", "no", "on", "off", "1", "0", "y", "n", "TRUE", "tr", "fal",
      "OFF", "Yes"},
     {}},
    {"String",
     "text",
     "TEXT",
     {"",       "a",   "A",  "b",   "B",    "ab",  "aB",  "Zebra",       "apple",     "äpfel",
      "Zoë",    "zoe", "10", "9",   "true", "a%b", "a_b", "back\\slash", "quote'\"s", "two\nlines",
      "  pad ", "😀",   "｡",  "a.b", "x+y",  "(z)", "{1}", "_x"},
     {}},
    {"String",
     "varchar",
     "VARCHAR(80)",
     {"", "a", "A", "b", "a b", "ä", "z", "Z", "_", "-", "a-b", "ab"},
     {}},
    {"date",
     "date",
     "DATE",
     {"2024-02-29", "1999-12-31", "2000-01-01", "0044-03-15 BC", "infinity", "-infinity",
      "4714-11-24 BC", "5874897-12-31", "12000-01-01", "2024-1-3", "0001-01-01", "0001-12-31 BC",
      "100000-02-28"},
     {}},
    {"timestamp",
     "timestamp",
     "TIMESTAMP",
     {"2024-02-28 24:00", "2024-02-29T00:00:00", "1999-12-31 23:59:60", "2024-02-29 00:00:00.5",
      "infinity", "-infinity", "4714-11-24 00:00:00 BC", "294276-12-31 23:59:59.999999",
      "0099-12-31 23:59:59.9999996 BC", "20000-01-01", "2024-01-02 03:04:05.1234565",
      "1970-01-01 00:00:00", "1999-12-31"},
     {}},
    {"timestamptz",
     "timestamptz",
     "TIMESTAMPTZ",
     {"2024-01-02 05:04:05+02", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05.123456+00",
      "2024-01-01 22:04:05-05:00", "infinity", "-infinity", "4714-11-24 00:00:00+00 BC",
      "294276-12-31 23:59:59.999999+00", "0044-03-15 12:00+01 BC", "2024-01-01 24:00:00+00",
      "2024-01-02T03:04:05.1234565Z", "1999-12-31 23:00-01", "epoch"},
     {}},
    {"time",
     "time",
     "TIME",
     {"03:04", "24:00:00", "23:59:60", "23:59:59.9999996", "12:00:00", "00:00:00", "03:04:00.50",
      "23:59:59.9999994"},
     {}},
    {"uuid",
     "uuid",
     "UUID",
     {"00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-00000000000A",
      "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
      "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12}", "a0eebc999c0b4ef8bb6d6bb9bd380a13",
      "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a14"},
     {"00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-00000000000a",
      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12"}},
    {"jsonb",
     "jsonb",
     "JSONB",
     {"null",
      "true",
      "\"b\"",
      "\"\"",
      "1",
      "1.0",
      "1.50",
      "1e2",
      "-0",
      "[]",
      "{}",
      "[1, 1.0, \"b\"]",
      "{\"a\": 1}",
      "{\"b\": 1, \"a\": [1, {\"c\": null}]}",
      "{\"a\": 1, \"a\": 2}",
      "{\"a\": {\"x\": 1, \"x\": [2]}, \"b\": \"é\"}",
      "[[1], [2]]",
      "{\"aa\": 1, \"b\": 2}",
      "9007199254740993",
      "{\"n\": 9007199254740993}",
      "{\"n\": 9007199254740992.0}",
      "1e400",
      "{\"k k\": \"v\"}",
      "\"\\u00e9\"",
      "{\"\\u0061\": 3}",
      "[null]",
      "\"10\"",
      "[{\"a\": 1}, {\"b\": [2, 3]}]"},
     {"null", "true", "\"b\"", "[]", "{}", "[1, 1.0, \"b\"]", "{\"a\": 1}",
      "{\"b\": 1, \"a\": [1, {\"c\": null}]}", "{\"a\": 1, \"a\": 2}", "{\"n\": 9007199254740993}",
      "[[1], [2]]", "\"10\""}},
};

constexpr std::size_t kTexts = 9;  // of kTypes
// Types that are keys, each with a way to make different values of a number.
const std::pair<std::size_t, std::function<std::string(std::size_t)>> kKeys[] = {
    {0, [](std::size_t i) { return std::to_string(static_cast<int>(i) - 2); }},
    {2, [](std::size_t i) { return std::to_string(9007199254740990 + i); }},
    {3, [](std::size_t i) { return std::to_string(i) + ".5"; }},
    {kTexts, [](std::size_t i) { return std::string(i % 2 == 0 ? "k" : "K") + std::to_string(i); }},
    {11, [](std::size_t i) { return "2024-01-" + std::to_string(10 + i); }},
    {13, [](std::size_t i) { return "2024-01-" + std::to_string(10 + i) + " 01:00:00+01"; }},
    {15,
     [](std::size_t i) { return "a0eebc99-9c0b-4ef8-bb6d-0000000000" + std::to_string(10 + i); }},
};

const Texts kLike = {"%",     "_", "a%", "%b",  "%a%",   "A_",    "a\\%b",
                     "%\\_%", "",  "__", "%ß%", "_pfel", "%\\\\%"};
const Texts kSimilar = {"a%",      "_",    "a|b", "(a|b)%",  "[a-c]+", "a.b",
                        "%(e|o)%", "a{2}", "",    "\\(z\\)", "[^a]%",  "x\\+y"};
const Texts kRegex = {"^a",     "b$",  "a.b",     "[0-9]+", "^$",         "(a|b)+",
                      "\\d",    "a|Z", "^[^a]",   "\\\\",   "x\\+y",      "^.$",
                      "(?i)^A", "\\s", "^(.)\\1", "l{1,2}", "[[:digit:]]"};
const Texts kPaths = {"a", "$.a", "a[1]", "[0]", "a.x", "[1].b[0]", "n", "$", "[-1]"};

std::string sql_text(const std::optional<std::string>& value) {
  return value ? sql::quoted_text(*value) : "NULL";
}

// A document as GraphQL writes it; absent if one of its keys is not a name.
std::optional<std::string> graphql_text(const json& value) {
  if (language::is_number(value)) return language::number_text(value);
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [key, member] : value.items()) {
    const auto inside = graphql_text(member);
    if (!inside || (value.is_object() && !language::is_name(key))) return std::nullopt;
    if (!text.empty()) text += ", ";
    text += value.is_object() ? key + ": " + *inside : *inside;
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

bool is_graphql_number(const std::string& text) {
  const auto parsed = language::parse_json(text);
  return parsed && language::is_number(*parsed);
}

bool is_number(const RandomType& type) {
  return type.graphql == "Int" || type.graphql == "smallint" || type.graphql == "bigint" ||
         type.graphql == "numeric" || type.graphql == "float8" || type.graphql == "Float";
}

// As the type of a SQLite column stores it.
std::string stored(const RandomType& type, const std::optional<std::string>& value) {
  if (!value) return "NULL";
  if (type.graphql == "Boolean") {
    const char first = static_cast<char>(std::tolower(value->at(0)));
    const char second = static_cast<char>(value->size() > 1 ? std::tolower(value->at(1)) : ' ');
    return first == 't' || first == 'y' || first == '1' || (first == 'o' && second == 'n') ? "1"
                                                                                           : "0";
  }
  if (!is_number(type) || *value == "NaN") return sql::quoted_text(*value);
  if (*value == "-0") return "-0.0";  // SQLite's -0 is a whole number
  if (value->ends_with("nfinity")) return value->starts_with('-') ? "-9e999" : "9e999";
  return *value;
}

std::string names(const auto& columns, std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += (i > 0 ? ", " : "") + columns[i].name;
  return list;
}

}  // namespace

RandomSchema::RandomSchema(RandomQuery::Choose choose)
    : choose_(std::move(choose)), types_(std::begin(kTypes), std::end(kTypes)) {
  for (auto& type : types_) {
    if (type.plain.empty()) type.plain = type.values;
  }
  for (std::size_t i = 0; i < 2 + below(3); ++i) add_table();
  for (auto& table : tables_) add_relationships(table);
  for (std::size_t i = 0; i <= below(3); ++i) add_manual_relationship();
  for (auto& table : tables_) add_permissions(table);
  for (const auto& table : tables_) names_.push_back(table.name);
  for (const auto& view : views_) names_.push_back(view.name);
}

RandomSchema::Column RandomSchema::column(const std::string& name, const RandomType& type,
                                          bool is_strict) {
  Column made;
  made.name = name;
  made.type = &type;
  made.is_named = is_strict;
  made.stored_as = type.declared;
  if (type.graphql == "String") {
    made.collation = one_of({"", "\"C\"", "\"en-x-icu\"", "\"de-x-icu\""});
  }
  if (!is_strict) return made;
  made.stored_as = "TEXT";
  const bool is_whole = type.graphql == "Int" || type.graphql == "bigint";
  if (is_whole && chance(2)) made.stored_as = "INTEGER";
  if (type.graphql == "float8" && chance(2)) made.stored_as = "REAL";
  return made;
}

RandomSchema::Value RandomSchema::value(const Column& column) {
  if (column.is_nullable && chance(5)) return std::nullopt;
  const bool is_text = column.stored_as == "TEXT" && column.is_named;
  const std::string& chosen = one_of(is_text ? column.type->values : column.type->plain);
  // SQLite has no such number, and a STRICT table no text instead.
  return column.stored_as == "REAL" && column.is_named && chosen == "NaN" ? "0" : chosen;
}

void RandomSchema::add_table() {
  Table table;
  table.name = "t" + std::to_string(tables_.size());
  table.is_strict = chance(2);
  table.keys = 1 + below(4) / 3;
  for (std::size_t i = 0; i < table.keys; ++i) {
    const auto& key = kKeys[below(std::size(kKeys))];
    table.columns.push_back(column("k" + std::to_string(i), types_[key.first], table.is_strict));
    table.columns.back().is_nullable = false;
  }
  for (std::size_t i = 0; i < 3 + below(7); ++i) {
    table.columns.push_back(
        column("c" + std::to_string(i), types_[below(types_.size())], table.is_strict));
    table.columns.back().is_nullable = !chance(4);
  }
  for (const auto& other : tables_) {
    if (other.keys > 1 || !chance(2)) continue;
    table.columns.push_back(column("to_" + other.name, *other.columns[0].type, table.is_strict));
    table.columns.back().refers_to = other.name;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t column = below(table.columns.size());
    if (table.computed.empty() || table.computed[0] != column) table.computed.push_back(column);
  }
  add_rows(table);
  tables_.push_back(std::move(table));
  if (!chance(3)) return;
  const Table& of = tables_.back();
  View view{"v" + std::to_string(views_.size()), tables_.size() - 1, {}};
  for (std::size_t i = 0; i < of.columns.size(); ++i) {
    if (i < of.keys || chance(2)) view.columns.push_back(i);
  }
  views_.push_back(std::move(view));
}

void RandomSchema::add_rows(Table& table) {
  const std::size_t count = below(13);
  for (std::size_t row = 0; row < count; ++row) {
    auto& values = table.rows.emplace_back();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const Column& column = table.columns[i];
      const auto key = std::find_if(std::begin(kKeys), std::end(kKeys), [&](const auto& known) {
        return &types_[known.first] == column.type;
      });
      if (i < table.keys) {
        // The last column of a key tells the rows apart.
        values.emplace_back(key->second(i + 1 == table.keys ? row : row / 3));
      } else if (!column.refers_to.empty()) {
        const auto other = std::find_if(tables_.begin(), tables_.end(), [&](const Table& known) {
          return known.name == column.refers_to;
        });
        const bool is_null = other->rows.empty() || chance(5);
        values.push_back(is_null ? std::nullopt : other->rows[below(other->rows.size())][0]);
      } else {
        values.push_back(value(column));
      }
    }
  }
}

void RandomSchema::add_relationships(Table& table) {
  for (const Column& column : table.columns) {
    if (column.refers_to.empty()) continue;
    table.objects.push_back({{"name", "its_" + column.refers_to},
                             {"using", {{"foreign_key_constraint_on", column.name}}}});
    for (auto& other : tables_) {
      if (other.name != column.refers_to) continue;
      other.arrays.push_back(
          {{"name", "all_" + table.name},
           {"using",
            {{"foreign_key_constraint_on", {{"table", table.name}, {"column", column.name}}}}}});
    }
  }
  for (const View& view : views_) {
    if (&tables_[view.table] != &table) continue;
    json mapping;
    for (std::size_t i = 0; i < table.keys; ++i) {
      mapping[table.columns[i].name] = table.columns[i].name;
    }
    table.arrays.push_back(
        {{"name", "in_" + view.name},
         {"using",
          {{"manual_configuration", {{"remote_table", view.name}, {"column_mapping", mapping}}}}}});
  }
}

// Between columns of one type, which no key relates.
void RandomSchema::add_manual_relationship() {
  Table& one = tables_[below(tables_.size())];
  const Table& other = tables_[below(tables_.size())];
  const Column& here = one.columns[below(one.columns.size())];
  for (const Column& there : other.columns) {
    if (there.type != here.type) continue;
    const std::string name = "alike_" + std::to_string(one.arrays.size());
    one.arrays.push_back(
        {{"name", name},
         {"using",
          {{"manual_configuration",
            {{"remote_table", other.name}, {"column_mapping", {{here.name, there.name}}}}}}}});
    return;
  }
}

void RandomSchema::add_permissions(Table& table) {
  for (const char* role : {"one", "two"}) {
    if (chance(6)) continue;
    json permission{{"allow_aggregations", !chance(4)}};
    json columns = json::array();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      if (i < table.keys || chance(2)) columns.push_back(table.columns[i].name);
    }
    permission["columns"] = std::move(columns);
    if (chance(6)) permission["limit"] = 1 + below(4);
    for (const auto column : table.computed) {
      if (chance(2)) permission["computed_fields"].push_back("same_" + std::to_string(column));
    }
    table.permissions[role] = std::move(permission);
  }
}

std::string RandomSchema::column_types() const {
  std::string text = "CREATE TABLE column_types (relation TEXT, name TEXT, type TEXT);\n";
  const auto add = [&](const std::string& relation, const std::string& name, const Column& column) {
    text += "INSERT INTO column_types VALUES (" + sql::quoted_text(relation) + ", " +
            sql::quoted_text(name) + ", " +
            sql::quoted_text(column.type->postgres + (column.is_nullable ? "" : " NOT NULL")) +
            ");\n";
  };
  for (const Table& table : tables_) {
    for (const Column& column : table.columns) {
      if (column.is_named) add(table.name, column.name, column);
    }
    for (const auto i : table.computed) {
      add(table.name + "_same_" + std::to_string(i), "value", table.columns[i]);
    }
  }
  for (const View& view : views_) {
    for (const auto i : view.columns) {
      const Column& column = tables_[view.table].columns[i];
      add(view.name, column.name, column);
    }
  }
  return text;
}

std::string RandomSchema::sqlite() const {
  std::string text = column_types();
  for (const Table& table : tables_) {
    text += "CREATE TABLE " + table.name + " (";
    for (const Column& column : table.columns) {
      text += column.name + " " + column.stored_as + (column.is_nullable ? "" : " NOT NULL");
      if (!column.refers_to.empty()) text += " REFERENCES " + column.refers_to;
      text += ", ";
    }
    text += "PRIMARY KEY (" + names(table.columns, table.keys) + "))" +
            (table.is_strict ? " STRICT" : "") + ";\n";
    for (const auto& row : table.rows) {
      std::string values;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const Column& column = table.columns[i];
        values += (i > 0 ? ", " : "") +
                  (column.stored_as == "TEXT" ? sql_text(row[i]) : stored(*column.type, row[i]));
      }
      text += "INSERT INTO " + table.name + " VALUES (" + values + ");\n";
    }
    for (const auto i : table.computed) {
      text += "CREATE VIEW " + table.name + "_same_" + std::to_string(i) + " AS SELECT " +
              names(table.columns, table.keys) + ", " + table.columns[i].name + " AS value FROM " +
              table.name + ";\n";
    }
  }
  for (const View& view : views_) {
    std::string columns;
    for (const auto i : view.columns) {
      columns += (columns.empty() ? "" : ", ") + tables_[view.table].columns[i].name;
    }
    text += "CREATE VIEW " + view.name + " AS SELECT " + columns + " FROM " +
            tables_[view.table].name + ";\n";
  }
  return text;
}

std::string RandomSchema::postgres() const {
  std::string text;
  for (const Table& table : tables_) {
    text += "CREATE TABLE " + table.name + " (";
    for (const Column& column : table.columns) {
      text += column.name + " " + column.type->postgres;
      if (!column.collation.empty()) text += " COLLATE " + column.collation;
      if (!column.is_nullable) text += " NOT NULL";
      if (!column.refers_to.empty()) text += " REFERENCES " + column.refers_to;
      text += ", ";
    }
    text += "PRIMARY KEY (" + names(table.columns, table.keys) + "));\n";
    for (const auto& row : table.rows) {
      std::string values;
      for (const auto& value : row) values += (values.empty() ? "" : ", ") + sql_text(value);
      text += "INSERT INTO " + table.name + " VALUES (" + values + ");\n";
    }
    for (const auto i : table.computed) {
      const Column& column = table.columns[i];
      text += "CREATE FUNCTION " + table.name + "_same_" + std::to_string(i) + "(" + table.name +
              ") RETURNS " + column.type->postgres + " LANGUAGE sql STABLE AS 'SELECT $1." +
              column.name + "';\n";
    }
    // What a condition of the table says, too.
    text += "CREATE FUNCTION from_" + table.name + "(lowest " + table.columns[0].type->postgres +
            ") RETURNS SETOF " + table.name + " LANGUAGE sql STABLE AS 'SELECT * FROM " +
            table.name + " WHERE " + table.columns[0].name + " >= lowest" +
            (table.columns[0].type->graphql == "String" ? " COLLATE \"C\"" : "") + "';\n";
  }
  for (const View& view : views_) {
    std::string columns;
    for (const auto i : view.columns) {
      columns += (columns.empty() ? "" : ", ") + tables_[view.table].columns[i].name;
    }
    text += "CREATE VIEW " + view.name + " AS SELECT " + columns + " FROM " +
            tables_[view.table].name + ";\n";
  }
  return text;
}

std::string RandomSchema::databases(const std::map<std::string, Filters>& filters) const {
  json tables = json::array();
  json functions = json::array();
  std::vector<std::string> filter_texts;
  const auto permissions = [&](const std::string& name,
                               const std::map<std::string, json>& granted) {
    json list = json::array();
    for (const auto& [role, of_tables] : filters) {
      const auto found = granted.find(role);
      if (found == granted.end()) continue;
      json permission = found->second;
      permission["filter"] = "filter " + std::to_string(filter_texts.size());
      filter_texts.push_back(of_tables.at(name));
      list.push_back({{"role", role}, {"permission", std::move(permission)}});
    }
    return list;
  };
  for (const Table& table : tables_) {
    json fields = json::array();
    for (const auto i : table.computed) {
      const std::string name = "same_" + std::to_string(i);
      fields.push_back({{"name", name}, {"definition", {{"function", table.name + "_" + name}}}});
    }
    tables.push_back({{"table", table.name},
                      {"object_relationships", table.objects},
                      {"array_relationships", table.arrays},
                      {"computed_fields", std::move(fields)},
                      {"select_permissions", permissions(table.name, table.permissions)}});
    functions.push_back({{"function", "from_" + table.name}});
  }
  for (const View& view : views_) {
    json one{{"allow_aggregations", true}, {"columns", "*"}};
    tables.push_back(
        {{"table", view.name}, {"select_permissions", permissions(view.name, {{"one", one}})}});
  }
  std::string text =
      json::array({{{"name", "random"}, {"tables", tables}, {"functions", functions}}}).dump(1);
  for (std::size_t i = 0; i < filter_texts.size(); ++i) {
    const std::string place = "\"filter " + std::to_string(i) + "\"";
    text.replace(text.find(place), place.size(), filter_texts[i]);
  }
  return text;
}

std::map<std::string, std::string> RandomSchema::session_variables() {
  std::map<std::string, std::string> variables;
  for (const auto& type : types_) {
    std::string name = "x-hasura-" + type.graphql;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    variables[name] = one_of(type.values);
  }
  return variables;
}

RandomQuery::Literals RandomSchema::literals() const {
  RandomQuery::Literals literals;
  const auto add = [&](const RandomType& type, const std::string& value) {
    if (type.graphql == "jsonb") {
      literals["jsonb variable"].push_back(value);
      const auto text = graphql_text(language::parse_json(value).value());
      if (text) literals["jsonb"].push_back(*text);
      return;
    }
    const bool is_plain = is_number(type) && is_graphql_number(value);
    const bool is_truth = value == "true" || value == "false";
    literals[type.graphql].push_back(
        is_plain || (type.graphql == "Boolean" && is_truth) ? value : json(value).dump());
  };
  for (const auto& type : types_) {
    for (const auto& value : type.values) add(type, value);
  }
  for (const Table& table : tables_) {
    for (const auto& row : table.rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i]) add(*table.columns[i].type, *row[i]);
      }
    }
  }
  literals["Boolean"] = {"true", "false"};
  const auto texts = [&](const char* name, const Texts& values) {
    for (const auto& value : values) literals[name].push_back(json(value).dump());
  };
  texts("path", kPaths);
  for (const char* name : {"_like", "_nlike", "_ilike", "_nilike"}) texts(name, kLike);
  for (const char* name : {"_similar", "_nsimilar"}) texts(name, kSimilar);
  for (const char* name : {"_regex", "_nregex", "_iregex", "_niregex"}) texts(name, kRegex);
  for (const char* name : {"_has_key", "_has_keys_any", "_has_keys_all"}) {
    texts(name, {"a", "b", "aa", "n", "", "k k", "10"});
  }
  return literals;
}

}  // namespace edo::testing
