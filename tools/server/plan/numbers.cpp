#include "tools/server/plan/numbers.hpp"

#include <charconv>

#include "tools/server/language/decimal.hpp"

namespace edo::plan {
template <typename Integer>
std::optional<Integer> parse_whole(std::string_view number) {
  const auto decimal = language::parse_decimal(number);
  if (!decimal) return std::nullopt;
  if (decimal->digits.empty()) return Integer{0};
  const auto length = static_cast<std::int64_t>(decimal->digits.size());
  if (decimal->exponent < length || decimal->exponent > 19) return std::nullopt;
  std::string digits = decimal->negative ? "-" + decimal->digits : decimal->digits;
  digits.append(static_cast<std::size_t>(decimal->exponent - length), '0');
  Integer value{};
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

template std::optional<std::int16_t> parse_whole(std::string_view);
template std::optional<std::int32_t> parse_whole(std::string_view);
template std::optional<std::int64_t> parse_whole(std::string_view);

std::string scientific(std::string_view number) {
  const auto decimal = language::parse_decimal(number);
  if (!decimal) return std::string(number);
  if (decimal->digits.empty()) return "0.0";
  std::string digits = decimal->digits;
  const std::string sign = decimal->negative ? "-" : "";
  const std::int64_t exponent = decimal->exponent;
  if (exponent >= 1 && exponent <= 7) {
    const auto whole = static_cast<std::size_t>(exponent);
    if (digits.size() <= whole) digits.append(whole - digits.size() + 1, '0');
    return sign + digits.substr(0, whole) + "." + digits.substr(whole);
  }
  if (exponent == 0) return sign + "0." + digits;
  if (digits.size() == 1) digits += '0';
  return sign + digits.substr(0, 1) + "." + digits.substr(1) + "e" + std::to_string(exponent - 1);
}

}  // namespace edo::plan
