// PostgreSQL's numeric: decimal text that compares, adds up and rounds without losing a digit.
#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <optional>

#include "tools/server/backend/sqlite_functions.hpp"
#include "tools/server/language/decimal.hpp"

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
                               : std::string(text_of(value));
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

// The sum of numbers with as many digits after the point as the most precise of them.
class Sum {
 public:
  void add(sqlite3_context*, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
    const std::string text = numeric(arguments[0], std::nullopt);
    if (const auto number = language::parse_decimal(text)) {
      add(*number);
    } else if (const auto real = language::parse_float(text)) {
      special_ = special_ ? *special_ + *real : *real;
    } else {
      throw DataError("invalid input syntax for type numeric: \"" + text + "\"");
    }
    any_ = true;
  }

  void give(sqlite3_context* context) const {
    any_ ? give_text(context, text()) : sqlite3_result_null(context);
  }

 private:
  void add(const Decimal& number) {
    if (number.scale > scale_) {
      total_ *= power_of_ten(number.scale - scale_);
      scale_ = number.scale;
    }
    cpp_int value(number.digits.empty() ? "0" : number.digits);
    const auto length = static_cast<std::int64_t>(number.digits.size());
    value *= power_of_ten(number.exponent - length + scale_);
    total_ += number.negative ? cpp_int(-value) : value;
  }

  [[nodiscard]] std::string text() const {
    if (special_) return std::string(special(*special_));
    return to_text(language::parse_decimal(total_.str() + "e-" + std::to_string(scale_)).value());
  }

  static cpp_int power_of_ten(std::int64_t exponent) {
    return boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(exponent));
  }

  cpp_int total_ = 0;
  std::int64_t scale_ = 0;
  std::optional<double> special_;  // of those that are NaN or infinite
  bool any_ = false;
};

}  // namespace

void register_numerics(sqlite3* connection) {
  add(connection, "edo_numeric", 1, sql_function<numeric>);
  add(connection, "edo_numeric", 2, sql_function<numeric_with_scale>);
  (void)sqlite3_create_collation_v2(connection, "edo_numeric", SQLITE_UTF8, nullptr, collate,
                                    nullptr);
  add_aggregate<Sum>(connection, "edo_numeric_sum", 1);
}

}  // namespace edo::backend::sqlite
