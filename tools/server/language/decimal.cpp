#include "tools/server/language/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace edo::language {
namespace {

constexpr std::int64_t kMostBeforePoint = 131'072;
constexpr std::int64_t kMostAfterPoint = 16'383;

int order(auto left, auto right) { return left < right ? -1 : left > right ? 1 : 0; }

int compare_magnitudes(const Decimal& left, const Decimal& right) {
  if (left.digits.empty() || right.digits.empty()) {
    return order(left.digits.size(), right.digits.size());
  }
  if (left.exponent != right.exponent) return order(left.exponent, right.exponent);
  return order(left.digits.compare(right.digits), 0);
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal result;
  const auto is_digit = [&] { return !text.empty() && text[0] >= '0' && text[0] <= '9'; };
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    result.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  bool any = false;
  for (; is_digit(); text.remove_prefix(1), any = true) {
    if (!result.digits.empty() || text[0] != '0') ++result.exponent, result.digits += text[0];
  }
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    for (; is_digit(); text.remove_prefix(1), any = true) {
      ++result.scale;
      if (result.digits.empty() && text[0] == '0') --result.exponent;
      if (!result.digits.empty() || text[0] != '0') result.digits += text[0];
    }
  }
  if (any && !text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    if (!text.empty() && text[0] == '+') text.remove_prefix(1);
    std::int32_t power = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), power);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    result.exponent += power;
    result.scale = std::max<std::int64_t>(0, result.scale - power);
  }
  if (!any || !text.empty()) return std::nullopt;
  while (!result.digits.empty() && result.digits.back() == '0') result.digits.pop_back();
  if (result.digits.empty()) result.negative = false, result.exponent = 0;
  return result;
}

std::optional<double> parse_float(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc::result_out_of_range) {
    // Too large, or too close to zero.
    const auto decimal = parse_decimal(text);
    if (!decimal) return std::nullopt;
    if (decimal->exponent < 0) return 0.0;
    return decimal->negative ? -std::numeric_limits<double>::infinity()
                             : std::numeric_limits<double>::infinity();
  }
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

int compare(const Decimal& left, const Decimal& right) {
  if (left.negative != right.negative) return left.negative ? -1 : 1;
  const int magnitudes = compare_magnitudes(left, right);
  return left.negative ? -magnitudes : magnitudes;
}

bool fits_numeric(const Decimal& number) {
  return number.exponent <= kMostBeforePoint && number.scale <= kMostAfterPoint;
}

std::string to_text(const Decimal& number) {
  const auto length = static_cast<std::int64_t>(number.digits.size());
  const std::int64_t before = std::max<std::int64_t>(0, number.exponent);
  std::string text(static_cast<std::size_t>(before + number.scale), '0');
  // Where the first digit is, counted from the first place before the point.
  const std::int64_t begin = before - number.exponent;
  for (std::int64_t i = 0; i < length && begin + i < before + number.scale; ++i) {
    text[static_cast<std::size_t>(begin + i)] = number.digits[static_cast<std::size_t>(i)];
  }
  if (number.scale > 0) text.insert(static_cast<std::size_t>(before), 1, '.');
  if (before == 0) text.insert(0, 1, '0');
  return number.negative ? "-" + text : text;
}

}  // namespace edo::language
