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

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

// SQLite has NaN only as text.
double number_of(sqlite3_value* value) {
  return sqlite3_value_type(value) == SQLITE_TEXT ? kNan : sqlite3_value_double(value);
}

void step(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  if (is_null(arguments[0])) return;
  auto* moments = static_cast<Moments*>(sqlite3_aggregate_context(context, sizeof(Moments)));
  if (moments == nullptr) return sqlite3_result_error_nomem(context);
  const double value = number_of(arguments[0]);
  moments->count += 1;
  moments->sum += value;
  if (moments->count == 1 && !std::isfinite(value)) {
    moments->squares = kNan;
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

// The same for pairs of numbers.
struct PairMoments {
  double count = 0;
  double sum_x = 0, sum_y = 0;
  double squares_x = 0, squares_y = 0, products = 0;  // of the distances from the means
};

void step_pair(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
  if (is_null(arguments[0]) || is_null(arguments[1])) return;
  auto* moments =
      static_cast<PairMoments*>(sqlite3_aggregate_context(context, sizeof(PairMoments)));
  if (moments == nullptr) return sqlite3_result_error_nomem(context);
  const double x = number_of(arguments[0]);
  const double y = number_of(arguments[1]);
  moments->count += 1;
  moments->sum_x += x;
  moments->sum_y += y;
  const double n = moments->count;
  if (n == 1) {
    if (!std::isfinite(x)) moments->squares_x = moments->products = kNan;
    if (!std::isfinite(y)) moments->squares_y = moments->products = kNan;
    return;
  }
  const double from_x = x * n - moments->sum_x;
  const double from_y = y * n - moments->sum_y;
  moments->squares_x += from_x * from_x / (n * (n - 1));
  moments->squares_y += from_y * from_y / (n * (n - 1));
  moments->products += from_x * from_y / (n * (n - 1));
}

void finish_covariance(sqlite3_context* context) noexcept {
  const auto* moments = static_cast<const PairMoments*>(sqlite3_aggregate_context(context, 0));
  if (moments == nullptr || moments->count < 2) return sqlite3_result_null(context);
  give(context, moments->products / (moments->count - 1));
}

void finish_correlation(sqlite3_context* context) noexcept {
  const auto* moments = static_cast<const PairMoments*>(sqlite3_aggregate_context(context, 0));
  if (moments == nullptr || moments->squares_x == 0 || moments->squares_y == 0) {
    return sqlite3_result_null(context);
  }
  give(context, moments->products / std::sqrt(moments->squares_x * moments->squares_y));
}

void add_aggregate(sqlite3* connection, const char* name, void (*result)(sqlite3_context*)) {
  (void)sqlite3_create_function_v2(connection, name, 1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                                   nullptr, step, result, nullptr);
}

void add_pairs(sqlite3* connection, const char* name, void (*result)(sqlite3_context*)) {
  (void)sqlite3_create_function_v2(connection, name, 2,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                                   nullptr, step_pair, result, nullptr);
}

}  // namespace

void register_statistics(sqlite3* connection) {
  add_aggregate(connection, "edo_float_sum", finish_sum<false>);
  add_aggregate(connection, "edo_float_avg", finish_sum<true>);
  add_pairs(connection, "edo_corr", finish_correlation);
  add_pairs(connection, "edo_covar_samp", finish_covariance);
  add_aggregate(connection, "edo_stddev_pop", finish<false, true>);
  add_aggregate(connection, "edo_stddev_samp", finish<true, true>);
  add_aggregate(connection, "edo_var_pop", finish<false, false>);
  add_aggregate(connection, "edo_var_samp", finish<true, false>);
}

}  // namespace edo::backend::sqlite
