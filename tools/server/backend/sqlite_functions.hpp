// The functions that the SQLite dialect needs and SQLite lacks; they behave like PostgreSQL's.
//
// A function fails for a value that does not belong to its type, with SQLITE_CONSTRAINT_FUNCTION
// and a message for the client.
#pragma once

#include <sqlite3.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace edo::backend::sqlite {

void register_functions(sqlite3* connection);
// The parts of it.
void register_groups(sqlite3* connection);
void register_json_functions(sqlite3* connection);
void register_numerics(sqlite3* connection);
void register_pattern_functions(sqlite3* connection);
void register_statistics(sqlite3* connection);
void register_value_functions(sqlite3* connection);

// The message for the client.
class DataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The subtype by which SQLite's JSON functions recognise JSON; "J" in
// https://sqlite.org/src/file/src/json.c.
inline constexpr unsigned kJsonSubtype = 'J';

// The bytes of a value, converted to text; valid until its type changes.
[[nodiscard]] std::string_view text_of(sqlite3_value* value);
void give_text(sqlite3_context* context, std::string_view text);
void give_json(sqlite3_context* context, std::string_view text);

// The shortest text that parses to the same number.
[[nodiscard]] std::string shortest(double number);

using Function = void (*)(sqlite3_context*, int, sqlite3_value**);

// A function that may throw as a function of SQLite. Null arguments make the result null.
template <Function function>
void sql_function(sqlite3_context* context, int count, sqlite3_value** arguments) noexcept {
  for (int i = 0; i < count; ++i) {
    if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return sqlite3_result_null(context);
  }
  try {
    function(context, count, arguments);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  } catch (const std::exception& failure) {
    sqlite3_result_error(context, failure.what(), -1);
    sqlite3_result_error_code(context, SQLITE_CONSTRAINT_FUNCTION);
  }
}

// Registers a function with this number of arguments (-1: any number).
void add(sqlite3* connection, const char* name, int arguments, Function function);

}  // namespace edo::backend::sqlite
