// Values as results show them, and times in a form that sorts correctly.
#include <charconv>
#include <cmath>

#include "tools/server/backend/sqlite_functions.hpp"
#include "tools/server/language/decimal.hpp"
#include "tools/server/language/values.hpp"
#include "tools/server/sql/times.hpp"

namespace edo::backend::sqlite {
namespace {

using model::ScalarType;

const char* infinity(double number) { return number < 0 ? "-Infinity" : "Infinity"; }

// A decimal as JSON has it; what is none stays text.
void give_decimal(sqlite3_context* context, std::string_view text) {
  const auto number = language::parse_decimal(text);
  if (!number || !language::fits_numeric(*number)) return give_text(context, text);
  give_json(context, to_text(*number));
}

// A double, or NaN as text, which SQLite has no number for.
void give_real(sqlite3_context* context, double number) {
  std::isnan(number) ? give_text(context, "NaN") : sqlite3_result_double(context, number);
}

void number(sqlite3_context* context, int, sqlite3_value** arguments) {
  switch (sqlite3_value_type(arguments[0])) {
    case SQLITE_INTEGER:
      return sqlite3_result_value(context, arguments[0]);
    case SQLITE_FLOAT: {
      const double value = sqlite3_value_double(arguments[0]);
      if (std::isinf(value)) return give_text(context, infinity(value));
      return give_json(context, shortest(value));
    }
    default:
      return give_decimal(context, text_of(arguments[0]));
  }
}

void number_text(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) != SQLITE_FLOAT) {
    return give_text(context, text_of(arguments[0]));
  }
  const double value = sqlite3_value_double(arguments[0]);
  give_text(context, std::isinf(value) ? infinity(value) : shortest(value));
}

bool is_true(sqlite3_value* value) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return sqlite3_value_double(value) != 0;
  return language::parse_boolean(text_of(value)).value_or(false);
}

void boolean(sqlite3_context* context, int, sqlite3_value** arguments) {
  give_json(context, is_true(arguments[0]) ? "true" : "false");
}

// The values of columns that do not store them as they compare. What does not belong to the type
// stays as it is.

void comparable_boolean(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_result_int(context, is_true(arguments[0]) ? 1 : 0);
}

void whole(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) != SQLITE_TEXT) {
    return sqlite3_result_value(context, arguments[0]);
  }
  auto text = language::trimmed(text_of(arguments[0]));
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = failure == std::errc{} && end == text.data() + text.size();
  is_whole ? sqlite3_result_int64(context, value) : sqlite3_result_value(context, arguments[0]);
}

void real(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) != SQLITE_TEXT) {
    return sqlite3_result_double(context, sqlite3_value_double(arguments[0]));
  }
  const auto number = language::parse_float(language::trimmed(text_of(arguments[0])));
  number ? give_real(context, *number) : sqlite3_result_value(context, arguments[0]);
}

// There is a zero with a sign.
void real_identity(sqlite3_context* context, int, sqlite3_value** arguments) {
  const bool is_zero =
      sqlite3_value_type(arguments[0]) == SQLITE_FLOAT && sqlite3_value_double(arguments[0]) == 0;
  is_zero ? sqlite3_result_double(context, 0) : sqlite3_result_value(context, arguments[0]);
}

void uuid(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto text = text_of(arguments[0]);
  give_text(context, language::parse_uuid(text).value_or(std::string(text)));
}

template <model::ScalarType type>
void time_key(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto stored = text_of(arguments[0]);
  const std::string key = sql::time_key(stored, type);
  give_text(context, key.empty() ? stored : key);
}

// As PostgreSQL writes it in JSON. Text that is not a time stays unchanged.
template <model::ScalarType type>
void time(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto stored = text_of(arguments[0]);
  const std::string key = sql::time_key(stored, type);
  give_text(context, key.empty() ? std::string(stored) : sql::time_of_key(key, type));
}

// As PostgreSQL prints bytea; everything else is text.
void other(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) != SQLITE_BLOB) {
    return give_text(context, text_of(arguments[0]));
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto* bytes = static_cast<const unsigned char*>(sqlite3_value_blob(arguments[0]));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]));
  std::string text = "\\x";
  for (std::size_t i = 0; i < size; ++i) text += {kHex[bytes[i] >> 4], kHex[bytes[i] & 15]};
  give_text(context, text);
}

}  // namespace

std::string shortest(double number) {
  char buffer[32];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr;
  const std::string text(buffer, end);
  const auto mark = text.find('e');
  if (mark == std::string::npos) return text;
  const int exponent = std::stoi(text.substr(mark + 1));
  if (exponent < -4 || exponent > 14) return text;
  const auto fixed =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed).ptr;
  return {buffer, fixed};
}

void register_value_functions(sqlite3* connection) {
  add(connection, "edo_number", 1, sql_function<number>);
  add(connection, "edo_number_text", 1, sql_function<number_text>);
  add(connection, "edo_boolean", 1, sql_function<boolean>);
  add(connection, "edo_comparable_boolean", 1, sql_function<comparable_boolean>);
  add(connection, "edo_whole", 1, sql_function<whole>);
  add(connection, "edo_real", 1, sql_function<real>);
  add(connection, "edo_real_identity", 1, sql_function<real_identity>);
  add(connection, "edo_uuid", 1, sql_function<uuid>);
  add(connection, "edo_timestamptz", 1, sql_function<time<ScalarType::timestamptz>>);
  add(connection, "edo_timestamp", 1, sql_function<time<ScalarType::timestamp>>);
  add(connection, "edo_date", 1, sql_function<time<ScalarType::date>>);
  add(connection, "edo_time", 1, sql_function<time<ScalarType::time>>);
  add(connection, "edo_timestamptz_key", 1, sql_function<time_key<ScalarType::timestamptz>>);
  add(connection, "edo_timestamp_key", 1, sql_function<time_key<ScalarType::timestamp>>);
  add(connection, "edo_date_key", 1, sql_function<time_key<ScalarType::date>>);
  add(connection, "edo_time_key", 1, sql_function<time_key<ScalarType::time>>);
  add(connection, "edo_other", 1, sql_function<other>);
}

}  // namespace edo::backend::sqlite
