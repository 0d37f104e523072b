// The functions that the SQLite dialect needs and SQLite lacks; they behave like PostgreSQL's.
//
// A function fails for a value that does not belong to its type, with SQLITE_CONSTRAINT_FUNCTION
// and a message for the client.
#pragma once

#include <sqlite3.h>

#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

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

// The shortest text that parses to the same number, as PostgreSQL prints it: with an exponent below
// 0.0001 and from 1e15.
[[nodiscard]] std::string shortest(double number);

using Function = void (*)(sqlite3_context*, int, sqlite3_value**);

// Runs what may throw, and makes the exception the result of the function.
template <class Work>
void guarded(sqlite3_context* context, Work&& work) noexcept {
  try {
    work();
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  } catch (const std::exception& failure) {
    sqlite3_result_error(context, failure.what(), -1);
    sqlite3_result_error_code(context, SQLITE_CONSTRAINT_FUNCTION);
  }
}

// A function that may throw as a function of SQLite. Null arguments make the result null.
template <Function function>
void sql_function(sqlite3_context* context, int count, sqlite3_value** arguments) noexcept {
  for (int i = 0; i < count; ++i) {
    if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return sqlite3_result_null(context);
  }
  guarded(context, [&] { function(context, count, arguments); });
}

// Registers a function with this number of arguments (-1: any number).
void add(sqlite3* connection, const char* name, int arguments, Function function);

// Registers an aggregate. `State` is what it keeps from row to row: add() takes the arguments of a
// row, nulls among them, and give() makes the result, also of a state without rows.
template <class State>
void add_aggregate(sqlite3* connection, const char* name, int arguments, int flags = 0) {
  // SQLite stores a pointer for each use of the aggregate.
  constexpr auto step = [](sqlite3_context* context, int, sqlite3_value** values) noexcept {
    guarded(context, [&] {
      auto** state = static_cast<State**>(sqlite3_aggregate_context(context, sizeof(State*)));
      if (state == nullptr) throw std::bad_alloc();
      if (*state == nullptr) *state = new State;
      (*state)->add(context, values);
    });
  };
  // Also called after a step that failed, and for a statement that ends early.
  constexpr auto finish = [](sqlite3_context* context) noexcept {
    guarded(context, [&] {
      auto** state = static_cast<State**>(sqlite3_aggregate_context(context, 0));
      const bool has_rows = state != nullptr && *state != nullptr;
      const std::unique_ptr<State> owned(has_rows ? std::exchange(*state, nullptr) : new State);
      owned->give(context);
    });
  };
  // It can only fail without memory, and then the first statement reports the missing function.
  (void)sqlite3_create_function_v2(connection, name, arguments,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS | flags,
                                   nullptr, nullptr, step, finish, nullptr);
}

}  // namespace edo::backend::sqlite
