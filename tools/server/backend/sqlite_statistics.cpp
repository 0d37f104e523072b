// Sums and averages of floating-point numbers, variance and standard deviation, by the
// Youngs-Cramer recurrence that PostgreSQL uses for floats (src/backend/utils/adt/float.c,
// float8_accum).
#include <cmath>
#include <limits>

#include "tools/server/backend/sqlite_functions.hpp"

namespace edo::backend::sqlite {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

// SQLite has NaN only as text.
double number_of(sqlite3_value* value) {
  return sqlite3_value_type(value) == SQLITE_TEXT ? kNan : sqlite3_value_double(value);
}

void give_number(sqlite3_context* context, double number) {
  std::isnan(number) ? sqlite3_result_text(context, "NaN", -1, SQLITE_STATIC)
                     : sqlite3_result_double(context, number);
}

[[noreturn]] void refuse_overflow() { throw DataError("value out of range: overflow"); }

// A sum; PostgreSQL refuses finite numbers whose sum is not finite.
class Total {
 public:
  void add(double value) {
    const bool was_finite = std::isfinite(sum_) && std::isfinite(value);
    sum_ += value;
    if (was_finite && std::isinf(sum_)) refuse_overflow();
  }
  [[nodiscard]] double sum() const noexcept { return sum_; }

 private:
  double sum_ = 0;
};

// The sum of the products of two distances from their means; of squares, if both are the same.
class Products {
 public:
  // The distances are `count` times as far. Infinite numbers have no mean.
  void add(double one, double other, double count, bool are_finite) {
    if (count == 1) {
      if (!are_finite) sum_ = kNan;
      return;
    }
    sum_ += one * other / (count * (count - 1));
    if (!std::isinf(sum_)) return;
    if (are_finite) refuse_overflow();
    sum_ = kNan;
  }
  [[nodiscard]] double sum() const noexcept { return sum_; }

 private:
  double sum_ = 0;
};

// One of a pair, or the only one.
class Variable {
 public:
  // Returns how far the value is from the mean, times the count.
  double add(double value, double count) {
    is_finite_ = is_finite_ && std::isfinite(value);
    total_.add(value);
    const double distance = value * count - total_.sum();
    squares_.add(distance, distance, count, is_finite_);
    return distance;
  }
  [[nodiscard]] double sum() const noexcept { return total_.sum(); }
  [[nodiscard]] double squares() const noexcept { return squares_.sum(); }
  [[nodiscard]] bool is_finite() const noexcept { return is_finite_; }

 private:
  Total total_;
  Products squares_;
  bool is_finite_ = true;
};

class FloatSum {
 public:
  void add(sqlite3_context*, sqlite3_value** arguments) {
    if (is_null(arguments[0])) return;
    total_.add(number_of(arguments[0]));
    any_ = true;
  }
  void give(sqlite3_context* context) const {
    any_ ? give_number(context, total_.sum()) : sqlite3_result_null(context);
  }

 private:
  Total total_;
  bool any_ = false;
};

class OfNumbers {
 public:
  void add(sqlite3_context*, sqlite3_value** arguments) {
    if (!is_null(arguments[0])) x_.add(number_of(arguments[0]), ++count_);
  }

 protected:
  double count_ = 0;
  Variable x_;
};

class Average : public OfNumbers {
 public:
  void give(sqlite3_context* context) const {
    count_ > 0 ? give_number(context, x_.sum() / count_) : sqlite3_result_null(context);
  }
};

template <bool of_sample, bool root>
class Variance : public OfNumbers {
 public:
  void give(sqlite3_context* context) const {
    const double count = count_ - (of_sample ? 1 : 0);
    if (count <= 0) return sqlite3_result_null(context);
    const double variance = x_.squares() / count;
    give_number(context, root ? std::sqrt(variance) : variance);
  }
};

class OfPairs {
 public:
  void add(sqlite3_context*, sqlite3_value** arguments) {
    if (is_null(arguments[0]) || is_null(arguments[1])) return;
    ++count_;
    const double from_x = x_.add(number_of(arguments[0]), count_);
    const double from_y = y_.add(number_of(arguments[1]), count_);
    products_.add(from_x, from_y, count_, x_.is_finite() && y_.is_finite());
  }

 protected:
  double count_ = 0;
  Variable x_, y_;
  Products products_;
};

class Covariance : public OfPairs {
 public:
  void give(sqlite3_context* context) const {
    if (count_ < 2) return sqlite3_result_null(context);
    give_number(context, products_.sum() / (count_ - 1));
  }
};

class Correlation : public OfPairs {
 public:
  void give(sqlite3_context* context) const {
    if (x_.squares() == 0 || y_.squares() == 0) return sqlite3_result_null(context);
    give_number(context, products_.sum() / std::sqrt(x_.squares() * y_.squares()));
  }
};

}  // namespace

void register_statistics(sqlite3* connection) {
  add_aggregate<FloatSum>(connection, "edo_float_sum", 1);
  add_aggregate<Average>(connection, "edo_float_avg", 1);
  add_aggregate<Variance<false, true>>(connection, "edo_float_stddev_pop", 1);
  add_aggregate<Variance<true, true>>(connection, "edo_float_stddev_samp", 1);
  add_aggregate<Variance<false, false>>(connection, "edo_float_var_pop", 1);
  add_aggregate<Variance<true, false>>(connection, "edo_float_var_samp", 1);
  add_aggregate<Correlation>(connection, "edo_corr", 2);
  add_aggregate<Covariance>(connection, "edo_covar_samp", 2);
}

}  // namespace edo::backend::sqlite
