// Values as results show them, and times in a form that sorts correctly.
#include <charconv>
#include <cmath>

#include "tools/server/backend/sqlite_functions.hpp"
#include "tools/server/sql/bind_values.hpp"

namespace edo::backend::sqlite {
namespace {

// The shortest text that parses to the same number.
std::string shortest(double number) {
  char buffer[32];
  const auto [end, failure] = std::to_chars(buffer, buffer + sizeof buffer, number);
  return failure == std::errc{} ? std::string(buffer, end) : std::string();
}

const char* infinity(double number) { return number < 0 ? "-Infinity" : "Infinity"; }

bool is_number(std::string_view text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure != std::errc::invalid_argument && end == text.data() + text.size() &&
         std::isfinite(number);
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
    default: {
      const auto text = text_of(arguments[0]);
      return is_number(text) ? give_json(context, text) : give_text(context, text);
    }
  }
}

void number_text(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) != SQLITE_FLOAT) {
    return give_text(context, text_of(arguments[0]));
  }
  const double value = sqlite3_value_double(arguments[0]);
  give_text(context, std::isinf(value) ? infinity(value) : shortest(value));
}

void boolean(sqlite3_context* context, int, sqlite3_value** arguments) {
  bool value = sqlite3_value_int(arguments[0]) != 0;
  if (sqlite3_value_type(arguments[0]) == SQLITE_TEXT) {
    const auto text = text_of(arguments[0]);
    value = text == "true" || text == "t" || text == "1";
  }
  give_json(context, value ? "true" : "false");
}

// As PostgreSQL writes it in JSON: a fraction only if there is one. Text that is not a time stays
// unchanged.
void written(sqlite3_context* context, sqlite3_value* value, bool with_zone) {
  constexpr std::size_t kToSeconds = std::string_view("YYYY-MM-DDTHH:MM:SS").size();
  const auto stored = text_of(value);
  std::string time = sql::comparable_time(stored, with_zone);
  if (time.empty()) return give_text(context, stored);
  time.pop_back();  // the Z
  while (time.back() == '0') time.pop_back();
  if (time.back() == '.') time.pop_back();
  if (time.size() < kToSeconds) time.append(kToSeconds - time.size(), '0');
  if (with_zone) time += "+00:00";
  give_text(context, time);
}

template <bool with_zone>
void time(sqlite3_context* context, int, sqlite3_value** arguments) {
  written(context, arguments[0], with_zone);
}

template <bool with_zone>
void comparable(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto stored = text_of(arguments[0]);
  const std::string time = sql::comparable_time(stored, with_zone);
  give_text(context, time.empty() ? stored : time);
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

void register_value_functions(sqlite3* connection) {
  add(connection, "edo_number", 1, sql_function<number>);
  add(connection, "edo_number_text", 1, sql_function<number_text>);
  add(connection, "edo_boolean", 1, sql_function<boolean>);
  add(connection, "edo_timestamptz", 1, sql_function<time<true>>);
  add(connection, "edo_timestamp", 1, sql_function<time<false>>);
  add(connection, "edo_comparable_timestamptz", 1, sql_function<comparable<true>>);
  add(connection, "edo_comparable_timestamp", 1, sql_function<comparable<false>>);
  add(connection, "edo_other", 1, sql_function<other>);
}

}  // namespace edo::backend::sqlite
