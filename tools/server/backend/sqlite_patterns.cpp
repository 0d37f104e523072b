// LIKE, SIMILAR TO and the regular expressions of PostgreSQL.
#include <memory>

#include "tools/server/backend/patterns.hpp"
#include "tools/server/backend/sqlite_functions.hpp"

namespace edo::backend::sqlite {
namespace {

// A pattern is nearly always the same for all rows, so SQLite caches it for the statement.
template <std::string (*expression)(std::string_view), bool ignore_case>
void matches(sqlite3_context* context, int, sqlite3_value** arguments) {
  constexpr int kPatternArgument = 1;
  const auto* pattern = static_cast<const Pattern*>(sqlite3_get_auxdata(context, kPatternArgument));
  std::unique_ptr<Pattern> made;
  if (pattern == nullptr) {
    made = std::make_unique<Pattern>(expression(text_of(arguments[kPatternArgument])), ignore_case);
    pattern = made.get();
  }
  sqlite3_result_int(context, pattern->is_in(text_of(arguments[0])));
  if (made != nullptr) {
    sqlite3_set_auxdata(context, kPatternArgument, made.release(),
                        [](void* kept) { delete static_cast<Pattern*>(kept); });
  }
}

}  // namespace

void register_pattern_functions(sqlite3* connection) {
  add(connection, "edo_like", 2, sql_function<matches<like_expression, false>>);
  add(connection, "edo_ilike", 2, sql_function<matches<like_expression, true>>);
  add(connection, "edo_similar", 2, sql_function<matches<similar_expression, false>>);
  add(connection, "edo_regex", 2, sql_function<matches<regex_expression, false>>);
  add(connection, "edo_iregex", 2, sql_function<matches<regex_expression, true>>);
}

}  // namespace edo::backend::sqlite
