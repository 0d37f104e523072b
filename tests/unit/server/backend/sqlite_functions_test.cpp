// Our functions of SQLite give what PostgreSQL gives for the same values.
#include "tools/server/backend/sqlite_functions.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "replicator/postgres/connection.hpp"
#include "support/postgres.hpp"

namespace edo::backend {
namespace {

using nlohmann::json;
using Texts = std::vector<std::string>;

constexpr const char* kRefused = "refused";

class Both {
 public:
  Both() {
    REQUIRE(sqlite3_open(":memory:", &connection_) == SQLITE_OK);
    sqlite::register_functions(connection_);
  }
  ~Both() { sqlite3_close(connection_); }
  Both(const Both&) = delete;
  Both& operator=(const Both&) = delete;

  // The text of the one value; kRefused for an error.
  std::string of_sqlite(const std::string& expression, const std::string& argument) {
    sqlite3_stmt* query = nullptr;
    const std::string sql = "SELECT " + expression;
    REQUIRE(sqlite3_prepare_v2(connection_, sql.c_str(), -1, &query, nullptr) == SQLITE_OK);
    sqlite3_bind_text(query, 1, argument.data(), static_cast<int>(argument.size()), nullptr);
    std::string result = kRefused;
    if (sqlite3_step(query) == SQLITE_ROW) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(query, 0));
      result = text == nullptr ? "null" : text;
    }
    sqlite3_finalize(query);
    return result;
  }

  std::string of_postgres(const std::string& expression, const std::string& argument) {
    try {
      const auto rows =
          postgres_.run("compute", "SELECT " + expression, postgres::Parameters().text(argument));
      return rows.is_null(0, 0) ? "null" : rows.text(0, 0);
    } catch (const Error&) {
      return kRefused;
    }
  }

 private:
  sqlite3* connection_ = nullptr;
  postgres::Connection postgres_{
      postgres::Target(testing::PrivatePostgres::shared().fresh_database())};
};

struct Function {
  const char* sqlite;
  const char* postgres;
};

// Of a list of texts, or nulls.
void check_aggregate(Both& both, const Function& function, const std::string& type,
                     const json& values) {
  const char* reader = type == "numeric" ? "edo_numeric" : "edo_real";
  const std::string of_file = both.of_sqlite("edo_number_text(" + std::string(function.sqlite) +
                                                 "(" + reader + "(value))) FROM json_each(?1)",
                                             values.dump());
  const std::string of_postgres =
      both.of_postgres(std::string(function.postgres) + "(value::" + type +
                           ")::text FROM json_array_elements_text($1::json)",
                       values.dump());
  INFO(function.postgres << " of " << values.dump());
  CHECK(of_file == of_postgres);
}

const Function kOfNumerics[] = {
    {"edo_numeric_sum", "sum"},
    {"edo_numeric_avg", "avg"},
    {"edo_numeric_stddev_pop", "stddev_pop"},
    {"edo_numeric_stddev_samp", "stddev_samp"},
    {"edo_numeric_var_pop", "var_pop"},
    {"edo_numeric_var_samp", "var_samp"},
};

const Function kOfFloats[] = {
    {"edo_float_sum", "sum"}, {"edo_float_avg", "avg"}, {"edo_float_var_pop", "var_pop"}};

TEST_CASE("numerics add up and spread to the digits that PostgreSQL has") {
  Both both;
  const char* const kLists[] = {
      R"([])",
      R"([null])",
      R"(["5"])",
      R"(["1", "2", "2"])",
      R"(["0.1", "0.2", "0.3"])",
      R"(["1.00", "1.0"])",
      R"(["0", "0.000"])",
      R"(["-7", "7", null])",
      R"(["9223372036854775807", "9223372036854775806"])",
      R"(["123456789012345678.000000001", "-9.5e-3", "1e30"])",
      R"(["10000", "9999", "0.0001"])",
      R"(["NaN"])",
      R"(["NaN", "1"])",
      R"(["Infinity"])",
      R"(["Infinity", "-Infinity", "2"])",
      R"(["-Infinity", "2", "3"])",
      R"(["1e-20", "3e-20"])",
  };
  for (const char* list : kLists) {
    for (const auto& function : kOfNumerics) {
      check_aggregate(both, function, "numeric", json::parse(list));
    }
  }
}

TEST_CASE("random numerics add up and spread to the digits that PostgreSQL has") {
  Both both;
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 100; ++i) {
    json values = json::array();
    for (unsigned count = 0; count <= random() % 6; ++count) {
      std::string digits = random() % 2 == 0 ? "-" : "";
      for (unsigned length = 0; length <= random() % 12; ++length) {
        digits += static_cast<char>('0' + random() % 10);
      }
      values.push_back(digits + "e" + std::to_string(static_cast<int>(random() % 24) - 12));
    }
    for (const auto& function : kOfNumerics) check_aggregate(both, function, "numeric", values);
  }
}

TEST_CASE("floating-point numbers overflow where they do in PostgreSQL") {
  Both both;
  for (const char* list :
       {R"([])", R"(["0.5", "0.25", "8"])", R"(["1e308", "1e308"])", R"(["1e308", "-1e308"])",
        R"(["1e200", "2e200"])", R"(["Infinity", "1"])", R"(["Infinity", "-Infinity"])",
        R"(["NaN", "1e308", "1e308"])", R"(["-1e308", "-1e308", "NaN"])"}) {
    for (const auto& function : kOfFloats) {
      check_aggregate(both, function, "float8", json::parse(list));
    }
  }
}

struct Values {
  const char* sqlite;  // a function of a text
  const char* type;
  Texts texts;
};

// What PostgreSQL refuses cannot be stored there, so a file may show it as it likes.
const Values kValues[] = {
    {"edo_date",
     "date",
     {"4714-11-24 BC", "4714-11-23 BC", "4715-01-01 BC", "5874897-12-31", "5874898-01-01",
      "294277-01-01", "100000-02-29", "0001-12-31 BC", "0004-02-29 BC", "0005-02-29 BC", "infinity",
      " 2024-01-02 "}},
    {"edo_timestamp",
     "timestamp",
     {"4714-11-24 00:00:00 BC", "4714-11-23 23:59:59 BC", "294276-12-31 23:59:59.999999",
      "294277-01-01", "294276-12-31 24:00:00", "1999-12-31 23:59:60",
      "2024-02-29 12:00:00.9999995"}},
    {"edo_timestamptz",
     "timestamptz",
     {"4714-11-24 00:00:00+00 BC", "4714-11-24 00:00:00+01 BC", "294276-12-31 23:59:59+00",
      "294276-12-31 23:59:59-01", "2024-01-01 22:04:05-05:30", "0044-03-15 12:00+01 BC"}},
    {"edo_boolean",
     "bool",
     {"t", "tr", "TRUE", "y", "Yes", "on", "of", "OFF", "o", "n", "f", "fals", "1", "0", " t "}},
    {"edo_uuid",
     "uuid",
     {"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
      "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11"}},
    {"edo_whole", "int8", {"+5", "007", " 7 ", "-9223372036854775808"}},
    {"edo_numeric", "numeric", {" 1.50 ", "+2.5", ".5", "5.", "1e3", "-inf", "nan", "-0"}},
};

TEST_CASE("stored values show as in PostgreSQL, however they are spelled") {
  Both both;
  for (const auto& values : kValues) {
    for (const auto& text : values.texts) {
      INFO(values.type << " '" << text << "'");
      const std::string expected =
          both.of_postgres(std::string("to_jsonb($1::text::") + values.type + ") #>> '{}'", text);
      if (expected == kRefused) continue;
      CHECK(both.of_sqlite(std::string(values.sqlite) + "(?1)", text) == expected);
    }
  }
}

TEST_CASE("real numbers are printed as in PostgreSQL") {
  Both both;
  for (const char* text :
       {"0", "-0", "1", "0.1", "100000", "12345678901", "1e14", "999999999999999", "1e15", "1e16",
        "0.0001", "0.00001", "1e308", "5e-324", "-1.5e-7", "123456789.125"}) {
    INFO(text);
    CHECK(both.of_sqlite("edo_number_text(CAST(?1 AS REAL))", text) ==
          both.of_postgres("$1::text::float8::text", text));
  }
}

TEST_CASE("a document has the last of equal keys") {
  Both both;
  for (const char* text : {R"({"a": 1, "b": 2})", R"({"a": 1, "a": 2})",
                           R"({"a": {"x": 1, "x": [2]}, "b": "é"})", R"([{"\u0061": 1, "a": 2}])",
                           R"({"n": 1e400, "n": 1.50})", R"({"b": 1e2})", "1.0", R"("a")"}) {
    INFO(text);
    const std::string shown = both.of_sqlite("edo_jsonb_document(?1)", text);
    CHECK(both.of_postgres("$1::jsonb::text", shown) == both.of_postgres("$1::jsonb::text", text));
    CHECK(both.of_sqlite("edo_jsonb_text(?1)", text) == both.of_postgres("$1::jsonb::text", text));
  }
  CHECK(both.of_sqlite("edo_jsonb_document(?1)", R"({"a": 1, "a": 2})") == R"({"a": 2})");
  CHECK(both.of_sqlite("edo_document(?1)", R"({"a": 1, "a": 2})") == R"({"a": 1, "a": 2})");
}

}  // namespace
}  // namespace edo::backend
