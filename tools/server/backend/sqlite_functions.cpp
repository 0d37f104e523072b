#include "tools/server/backend/sqlite_functions.hpp"

namespace edo::backend::sqlite {

std::string_view text_of(sqlite3_value* value) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (bytes == nullptr) throw std::bad_alloc();
  return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void give_text(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void give_json(sqlite3_context* context, std::string_view text) {
  give_text(context, text);
  sqlite3_result_subtype(context, kJsonSubtype);
}

void add(sqlite3* connection, const char* name, int arguments, Function function) {
  constexpr int kFlags =
      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS | SQLITE_RESULT_SUBTYPE;
  // It can only fail without memory, and then the first statement reports the missing function.
  (void)sqlite3_create_function_v2(connection, name, arguments, kFlags, nullptr, function, nullptr,
                                   nullptr, nullptr);
}

void register_functions(sqlite3* connection) {
  register_groups(connection);
  register_json_functions(connection);
  register_numerics(connection);
  register_pattern_functions(connection);
  register_statistics(connection);
  register_value_functions(connection);
}

}  // namespace edo::backend::sqlite
