// Sums and averages of floating-point numbers, variance and standard deviation, by the
// Youngs-Cramer recurrence that PostgreSQL uses for floats (src/backend/utils/adt/float.c,
// float8_accum).
#include <cmath>
#include <limits>

#include "tools/server/backend/sqlite_functions.hpp"

namespace edo::backend::sqlite {
namespace {

struct Moments {
  double count = 0;
  double sum = 0;
  double squares = 0;  // of the distances from the mean
};

void step(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  auto* moments = static_cast<Moments*>(sqlite3_aggregate_context(context, sizeof(Moments)));
  if (moments == nullptr) return sqlite3_result_error_nomem(context);
  // SQLite has NaN only as text.
  const double value = sqlite3_value_type(arguments[0]) == SQLITE_TEXT
                           ? std::numeric_limits<double>::quiet_NaN()
                           : sqlite3_value_double(arguments[0]);
  moments->count += 1;
  moments->sum += value;
  if (moments->count == 1 && !std::isfinite(value)) {
    moments->squares = std::numeric_limits<double>::quiet_NaN();
  } else if (moments->count > 1) {
    const double distance = value * moments->count - moments->sum;
    moments->squares += distance * distance / (moments->count * (moments->count - 1));
  }
}

void give(sqlite3_context* context, double number) {
  std::isnan(number) ? sqlite3_result_text(context, "NaN", -1, SQLITE_STATIC)
                     : sqlite3_result_double(context, number);
}

template <bool mean>
void finish_sum(sqlite3_context* context) noexcept {
  const auto* moments = static_cast<const Moments*>(sqlite3_aggregate_context(context, 0));
  if (moments == nullptr) return sqlite3_result_null(context);
  give(context, mean ? moments->sum / moments->count : moments->sum);
}

template <bool of_sample, bool root>
void finish(sqlite3_context* context) noexcept {
  const auto* moments = static_cast<const Moments*>(sqlite3_aggregate_context(context, 0));
  const double count = moments == nullptr ? 0 : moments->count - (of_sample ? 1 : 0);
  if (count <= 0) return sqlite3_result_null(context);
  const double variance = moments->squares / count;
  give(context, root ? std::sqrt(variance) : variance);
}

void add_aggregate(sqlite3* connection, const char* name, void (*result)(sqlite3_context*)) {
  (void)sqlite3_create_function_v2(connection, name, 1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                                   nullptr, step, result, nullptr);
}

}  // namespace

void register_statistics(sqlite3* connection) {
  add_aggregate(connection, "edo_float_sum", finish_sum<false>);
  add_aggregate(connection, "edo_float_avg", finish_sum<true>);
  add_aggregate(connection, "edo_stddev_pop", finish<false, true>);
  add_aggregate(connection, "edo_stddev_samp", finish<true, true>);
  add_aggregate(connection, "edo_var_pop", finish<false, false>);
  add_aggregate(connection, "edo_var_samp", finish<true, false>);
}

}  // namespace edo::backend::sqlite
