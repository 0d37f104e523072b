#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>

namespace edo::base {
namespace {

using std::chrono::days;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::sys_days;

constexpr Micros kSecond = 1'000'000;
constexpr Micros kDay = 86'400 * kSecond;
constexpr Micros kFirst =
    sys_days{std::chrono::year{1} / 1 / 1}.time_since_epoch() / days{1} * kDay;
constexpr Micros kLast =
    sys_days{std::chrono::year{9999} / 12 / 31}.time_since_epoch() / days{1} * kDay + kDay - 1;

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Micros now() const override {
    return duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  [[nodiscard]] Micros steady() const override {
    return duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
};

void put_digits(char* at, unsigned value, int width) noexcept {
  for (int i = width - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// The number that `width` digits make.
constexpr int number(const char* digits, std::size_t width) noexcept {
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value * 10 + (digits[i] - '0');
  return value;
}

// The part of a timestamp whose digits have fixed places.
constexpr std::string_view kForm = "0000-00-00T00:00:00";

// Whether `text` begins with that. A replicator asks for each time that it ships, so no character
// waits for the one before it.
bool has_form(std::string_view text) noexcept {
  if (text.size() < kForm.size()) return false;
  bool fits = true;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const char c = text[i];
    const bool fits_here = kForm[i] == '0'   ? is_digit(c)
                           : kForm[i] == 'T' ? c == 'T' || c == 't' || c == ' '
                                             : c == kForm[i];
    fits = fits && fits_here;
  }
  return fits;
}

bool take(std::string_view& text, char c) noexcept {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<int> take_two_digits(std::string_view& text) noexcept {
  if (text.size() < 2 || !is_digit(text[0]) || !is_digit(text[1])) return std::nullopt;
  const int value = number(text.data(), 2);
  text.remove_prefix(2);
  return value;
}

std::optional<Micros> take_fraction(std::string_view& text) noexcept {
  Micros value = 0;
  Micros unit = kSecond / 10;
  std::size_t digits = 0;
  while (!text.empty() && is_digit(text.front())) {
    value += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
    ++digits;
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  return value;
}

std::optional<Micros> take_offset(std::string_view& text) noexcept {
  if (text.empty() || take(text, 'Z') || take(text, 'z')) return 0;
  const bool behind = text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_two_digits(text);
  if (!hours || *hours > 15) return std::nullopt;
  int minutes = 0;
  if (!text.empty()) {
    (void)take(text, ':');
    const auto read = take_two_digits(text);
    if (!read || *read > 59) return std::nullopt;
    minutes = *read;
  }
  const Micros offset = (*hours * 60 + minutes) * 60 * kSecond;
  return behind ? -offset : offset;
}

}  // namespace

const Clock& Clock::system() {
  static const auto& clock = *new SystemClock;
  return clock;
}

std::string format_timestamp(Micros time) {
  time = std::clamp(time, kFirst, kLast);
  Micros day = time / kDay;
  Micros rest = time % kDay;
  if (rest < 0) {
    rest += kDay;
    --day;
  }
  const std::chrono::year_month_day date{sys_days{days{day}}};
  std::string text = "0000-00-00T00:00:00.000000Z";
  put_digits(&text[0], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(&text[5], static_cast<unsigned>(date.month()), 2);
  put_digits(&text[8], static_cast<unsigned>(date.day()), 2);
  const auto second = static_cast<unsigned>(rest / kSecond);
  put_digits(&text[11], second / 3600, 2);
  put_digits(&text[14], second / 60 % 60, 2);
  put_digits(&text[17], second % 60, 2);
  put_digits(&text[20], static_cast<unsigned>(rest % kSecond), 6);
  return text;
}

std::optional<Micros> parse_timestamp(std::string_view text) noexcept {
  if (!has_form(text)) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t width) {
    return number(text.data() + at, width);
  };
  const int year = part(0, 4);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(part(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(part(8, 2))}};
  const int hour = part(11, 2);
  const int minute = part(14, 2);
  const int second = part(17, 2);
  if (!date.ok() || year < 1 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  text.remove_prefix(kForm.size());
  Micros fraction = 0;
  if (take(text, '.')) {
    const auto read = take_fraction(text);
    if (!read) return std::nullopt;
    fraction = *read;
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const Micros time = sys_days{date}.time_since_epoch() / days{1} * kDay +
                      ((hour * 60 + minute) * 60 + second) * kSecond + fraction - *offset;
  if (time < kFirst || time > kLast) return std::nullopt;
  return time;
}

std::optional<Micros> parse_duration(std::string_view text) noexcept {
  struct Unit {
    std::string_view name;
    Micros micros;
  };
  constexpr std::array<Unit, 6> kUnits = {{{"ms", 1000},
                                           {"s", kSecond},
                                           {"m", 60 * kSecond},
                                           {"h", 3600 * kSecond},
                                           {"d", kDay},
                                           {"w", 7 * kDay}}};
  if (text.empty()) return std::nullopt;
  Micros total = 0;
  while (!text.empty()) {
    Micros count = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failure != std::errc{} || count < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto letters = std::min(text.find_first_of("0123456789"), text.size());
    const auto* unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& candidate) {
      return candidate.name == text.substr(0, letters);
    });
    if (unit == kUnits.end()) return std::nullopt;
    if (count > (std::numeric_limits<Micros>::max() - total) / unit->micros) return std::nullopt;
    total += count * unit->micros;
    text.remove_prefix(letters);
  }
  return total;
}

}  // namespace edo::base
