// Decimal numbers of any size, as PostgreSQL's numeric has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edo::language {

// 0.d1d2d3… times ten to the exponent. Zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;  // without zeros at either end
  std::int64_t exponent = 0;
  std::int64_t scale = 0;  // how many digits after the point it was written with
};

// Decimal text, optionally with a sign, a fraction and an exponent; nothing else. An exponent of
// more than 32 bits is not a number.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text);

// As PostgreSQL reads a double precision: a decimal, or infinity, inf and nan with any case.
[[nodiscard]] std::optional<double> parse_float(std::string_view text);

// Less than, equal to or greater than 0.
[[nodiscard]] int compare(const Decimal& left, const Decimal& right);

// Whether PostgreSQL's numeric has such numbers: 131072 digits before the point, 16383 after it.
[[nodiscard]] bool fits_numeric(const Decimal& number);
// As PostgreSQL prints a numeric: without an exponent, and with `scale` digits after the point.
// Only for a number that fits.
[[nodiscard]] std::string to_text(const Decimal& number);

}  // namespace edo::language
