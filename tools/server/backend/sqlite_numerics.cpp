// PostgreSQL's numeric: decimal text that compares, adds up, divides and rounds to the same digits.
#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <optional>

#include "tools/server/backend/numerics.hpp"
#include "tools/server/backend/sqlite_functions.hpp"
#include "tools/server/language/decimal.hpp"
#include "tools/server/language/values.hpp"

namespace edo::backend::sqlite {
namespace {

using boost::multiprecision::cpp_int;
using language::Decimal;

constexpr std::string_view kNan = "NaN";
constexpr std::string_view kInfinity = "Infinity";
constexpr std::string_view kMinusInfinity = "-Infinity";

std::string_view special(double number) {
  if (std::isnan(number)) return kNan;
  return number < 0 ? kMinusInfinity : kInfinity;
}

// Half away from zero, as round() does.
Decimal rounded(Decimal number, std::int64_t scale) {
  const std::int64_t kept = number.exponent + scale;  // digits of the result
  const auto length = static_cast<std::int64_t>(number.digits.size());
  const bool is_up =
      kept >= 0 && kept < length && number.digits[static_cast<std::size_t>(kept)] >= '5';
  if (kept < length)
    number.digits.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, kept)));
  if (is_up) {
    while (!number.digits.empty() && number.digits.back() == '9') number.digits.pop_back();
    if (number.digits.empty()) {
      number.digits = "1";
      ++number.exponent;
    } else {
      ++number.digits.back();
    }
  }
  number.digits.erase(number.digits.find_last_not_of('0') + 1);
  if (number.digits.empty()) number.negative = false, number.exponent = 0;
  number.scale = scale;
  return number;
}

// Text that is not a number stays as it is.
std::string numeric(sqlite3_value* value, std::optional<std::int64_t> scale) {
  const std::string text = sqlite3_value_type(value) == SQLITE_FLOAT
                               ? shortest(sqlite3_value_double(value))
                               : std::string(language::trimmed(text_of(value)));
  const auto number = language::parse_decimal(text);
  if (number && language::fits_numeric(*number)) {
    return to_text(scale ? rounded(*number, *scale) : *number);
  }
  if (const auto real = language::parse_float(text); real && !number) {
    return std::string(special(*real));
  }
  return text;
}

void numeric(sqlite3_context* context, int, sqlite3_value** arguments) {
  give_text(context, numeric(arguments[0], std::nullopt));
}

void numeric_with_scale(sqlite3_context* context, int, sqlite3_value** arguments) {
  give_text(context, numeric(arguments[0], sqlite3_value_int64(arguments[1])));
}

// Where values that are not finite numbers sort.
int rank(std::string_view text, const std::optional<Decimal>& number) {
  if (number) return 1;
  const auto real = language::parse_float(text);
  if (!real) return 4;
  if (std::isnan(*real)) return 3;
  return *real < 0 ? 0 : 2;
}

int collate(void*, int left_size, const void* left, int right_size, const void* right) noexcept {
  const std::string_view a(static_cast<const char*>(left), static_cast<std::size_t>(left_size));
  const std::string_view b(static_cast<const char*>(right), static_cast<std::size_t>(right_size));
  try {
    const auto first = language::parse_decimal(a);
    const auto second = language::parse_decimal(b);
    if (first && second) return language::compare(*first, *second);
    const int rank_a = rank(a, first);
    const int rank_b = rank(b, second);
    if (rank_a != rank_b) return rank_a - rank_b;
    return rank_a == 4 ? a.compare(b) : 0;
  } catch (const std::exception&) {
    // Only memory can be missing; any order is better than none.
    return a.compare(b);
  }
}

cpp_int power_of_ten(std::int64_t exponent) {
  return boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(exponent));
}

// A value with `scale` digits after the point, times ten to the power of that.
struct Scaled {
  cpp_int value = 0;
  std::int64_t scale = 0;

  // To more digits after the point.
  void rescale(std::int64_t to) {
    value *= power_of_ten(to - scale);
    scale = to;
  }
};

Scaled scaled(const Decimal& number) {
  cpp_int value(number.digits.empty() ? "0" : number.digits);
  const auto length = static_cast<std::int64_t>(number.digits.size());
  value *= power_of_ten(number.exponent - length + number.scale);
  return {number.negative ? cpp_int(-value) : value, number.scale};
}

std::string printed(const Scaled& number) {
  const std::string text = number.value.str() + "e-" + std::to_string(number.scale);
  return to_text(language::parse_decimal(text).value());
}

// The digit to the base of 10000 that a number begins with, and its place: the groups of four
// digits between it and the point.
struct Beginning {
  std::int64_t place = 0;
  int digit = 0;

  explicit Beginning(const Scaled& number) {
    if (number.value == 0) return;
    const std::string digits = cpp_int(abs(number.value)).str();
    const std::int64_t last = static_cast<std::int64_t>(digits.size()) - number.scale - 1;
    place = last >= 0 ? last / 4 : (last - 3) / 4;
    std::string begin = digits.substr(0, static_cast<std::size_t>(last - place * 4 + 1));
    begin.append(static_cast<std::size_t>(last - place * 4 + 1) - begin.size(), '0');
    digit = std::stoi(begin);
  }
};

// With as many digits after the point as PostgreSQL gives a quotient: at least 16 that count, and
// those of the dividend.
Scaled quotient(const Scaled& dividend, const cpp_int& divisor) {
  constexpr std::int64_t kDigits = 16;
  constexpr std::int64_t kMostDigits = 1000;
  const Beginning above(dividend);
  const Beginning below({divisor, 0});
  const std::int64_t place = above.place - below.place - (above.digit <= below.digit ? 1 : 0);
  Scaled result;
  result.scale = std::min(kMostDigits, std::max(kDigits - place * 4, dividend.scale));
  cpp_int remainder;
  divide_qr(cpp_int(abs(dividend.value) * power_of_ten(result.scale)),
            cpp_int(divisor * power_of_ten(dividend.scale)), result.value, remainder);
  if (remainder * 2 >= divisor * power_of_ten(dividend.scale)) ++result.value;
  if (dividend.value < 0) result.value = -result.value;
  return result;
}

Scaled root(const Scaled& number) {
  cpp_int remainder;
  cpp_int value = sqrt(cpp_int(number.value * power_of_ten(number.scale)), remainder);
  if (remainder > value) ++value;
  return {value, number.scale};
}

// Numbers with as many digits after the point as the most precise of them.
class Numbers {
 public:
  void add(sqlite3_context*, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
    ++count_;
    if (sqlite3_value_type(arguments[0]) == SQLITE_INTEGER) {
      const std::int64_t number = sqlite3_value_int64(arguments[0]);
      std::int64_t sum = 0;
      if (has_squares_ || __builtin_add_overflow(whole_, number, &sum)) return add({number, 0});
      whole_ = sum;
      return;
    }
    const std::string text = numeric(arguments[0], std::nullopt);
    if (const auto number = language::parse_decimal(text)) {
      add(scaled(*number));
    } else if (const auto real = language::parse_float(text)) {
      special_ = special_ ? *special_ + *real : *real;
    } else {
      throw DataError("invalid input syntax for type numeric: \"" + text + "\"");
    }
  }

 protected:
  [[nodiscard]] Scaled sum() const {
    return {sum_.value + cpp_int(whole_) * power_of_ten(sum_.scale), sum_.scale};
  }

  std::int64_t count_ = 0;
  Scaled squares_;
  bool has_squares_ = false;
  std::optional<double> special_;  // of those that are NaN or infinite

 private:
  Scaled sum_;
  std::int64_t whole_ = 0;  // what is added quickly, and is not in that sum

  void add(Scaled number) {
    if (number.scale > sum_.scale) {
      sum_.rescale(number.scale);
      squares_.rescale(2 * number.scale);
    } else {
      number.rescale(sum_.scale);
    }
    sum_.value += number.value;
    if (has_squares_) squares_.value += number.value * number.value;
  }
};

class Sum : public Numbers {
 public:
  void give(sqlite3_context* context) const {
    if (count_ == 0) return sqlite3_result_null(context);
    give_text(context, special_ ? std::string(special(*special_)) : printed(sum()));
  }
};

class Average : public Numbers {
 public:
  void give(sqlite3_context* context) const {
    if (count_ == 0) return sqlite3_result_null(context);
    give_text(context,
              special_ ? std::string(special(*special_)) : printed(quotient(sum(), count_)));
  }
};

template <bool of_sample, bool is_root>
class Variance : public Numbers {
 public:
  Variance() { has_squares_ = true; }

  void give(sqlite3_context* context) const {
    const cpp_int divisor = cpp_int(count_) * (of_sample ? count_ - 1 : count_);
    if (divisor == 0) return sqlite3_result_null(context);
    if (special_) return give_text(context, kNan);
    const cpp_int total = sum().value;
    const Scaled dividend{count_ * squares_.value - total * total, squares_.scale};
    if (dividend.value == 0) return give_text(context, "0");
    const Scaled variance = quotient(dividend, divisor);
    give_text(context, printed(is_root ? root(variance) : variance));
  }
};

// The average of numbers with this sum and count.
void average(sqlite3_context* context, int, sqlite3_value** arguments) {
  const Scaled sum{sqlite3_value_int64(arguments[0]), 0};
  give_text(context, printed(quotient(sum, sqlite3_value_int64(arguments[1]))));
}

void identity(sqlite3_context* context, int, sqlite3_value** arguments) {
  give_text(context, numeric_identity(text_of(arguments[0])));
}

}  // namespace

std::string numeric_identity(std::string_view text) {
  auto number = language::parse_decimal(text);
  if (!number) return std::string(text);
  const auto length = static_cast<std::int64_t>(number->digits.size());
  number->scale = std::max<std::int64_t>(0, length - number->exponent);
  return fits_numeric(*number) ? to_text(*number) : std::string(text);
}

void register_numerics(sqlite3* connection) {
  add(connection, "edo_numeric", 1, sql_function<numeric>);
  add(connection, "edo_numeric", 2, sql_function<numeric_with_scale>);
  add(connection, "edo_numeric_identity", 1, sql_function<identity>);
  add(connection, "edo_average", 2, sql_function<average>);
  (void)sqlite3_create_collation_v2(connection, "edo_numeric", SQLITE_UTF8, nullptr, collate,
                                    nullptr);
  add_aggregate<Sum>(connection, "edo_numeric_sum", 1);
  add_aggregate<Average>(connection, "edo_numeric_avg", 1);
  add_aggregate<Variance<false, true>>(connection, "edo_numeric_stddev_pop", 1);
  add_aggregate<Variance<true, true>>(connection, "edo_numeric_stddev_samp", 1);
  add_aggregate<Variance<false, false>>(connection, "edo_numeric_var_pop", 1);
  add_aggregate<Variance<true, false>>(connection, "edo_numeric_var_samp", 1);
}

}  // namespace edo::backend::sqlite
