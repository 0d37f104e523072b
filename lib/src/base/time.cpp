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

// Takes exactly `width` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t width) noexcept {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char c) noexcept {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Micros> take_fraction(std::string_view& text) noexcept {
  Micros value = 0;
  Micros unit = kSecond / 10;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
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
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 15) return std::nullopt;
  int minutes = 0;
  if (!text.empty()) {
    (void)take(text, ':');
    const auto read = take_digits(text, 2);
    if (!read || *read > 59) return std::nullopt;
    minutes = *read;
  }
  const Micros offset = (*hours * 60 + minutes) * 60 * kSecond;
  return behind ? -offset : offset;
}

}  // namespace

const Clock& Clock::system() {
  static const SystemClock clock;
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
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *year < 1) return std::nullopt;
  if (!take(text, 'T') && !take(text, ' ') && !take(text, 't')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  Micros fraction = 0;
  if (take(text, '.')) {
    const auto read = take_fraction(text);
    if (!read) return std::nullopt;
    fraction = *read;
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const Micros time = sys_days{date}.time_since_epoch() / days{1} * kDay +
                      ((*hour * 60 + *minute) * 60 + *second) * kSecond + fraction - *offset;
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
