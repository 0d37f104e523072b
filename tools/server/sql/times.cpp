#include "tools/server/sql/times.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "base/time.hpp"
#include "tools/server/language/values.hpp"

namespace edo::sql {
namespace {

using model::ScalarType;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
// PostgreSQL's limits, in days since 1970-01-01: from 4714-11-24 BC to the end of 5874897 for a
// date, and to the end of 294276 for a timestamp.
constexpr std::int64_t kFirstDay = -2'440'588;
constexpr std::int64_t kEndOfDates = 2'145'042'906;
constexpr std::int64_t kEndOfTimestamps = 106'762'941;
// Keys of years that four digits do not hold. '.' sorts before digits and after the '-' of
// -infinity; 'A' sorts after digits and before the 'i' of infinity.
constexpr char kBeforeChrist = '.';
constexpr char kFarFuture = 'A';
constexpr std::int64_t kTenThousand = 10'000;

struct Moment {
  std::int64_t day = 0;     // since 1970-01-01
  std::int64_t micros = 0;  // of that day; 24:00 of a time of day is a whole day
};

// Reads a time from lower case; each function is false or absent if the text does not go on so.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<Moment> moment(ScalarType type) {
    const std::string_view whole = text_;
    const bool has_date = date();
    if (!has_date) text_ = whole;
    if (!has_date && type != ScalarType::time) return std::nullopt;
    if (has_date && (take('t') || take(' '))) skip_spaces();
    if (is_digit() ? !clock() : !has_date || type == ScalarType::time) return std::nullopt;
    if (!suffixes()) return std::nullopt;
    return resolved(type);
  }

 private:
  [[nodiscard]] bool is_digit() const {
    return !text_.empty() && text_[0] >= '0' && text_[0] <= '9';
  }

  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  void skip_spaces() {
    while (take(' ')) continue;
  }

  std::optional<std::int64_t> number(std::size_t least, std::size_t most) {
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; is_digit() && digits < most; ++digits, text_.remove_prefix(1)) {
      value = value * 10 + (text_[0] - '0');
    }
    return digits >= least ? std::optional(value) : std::nullopt;
  }

  bool date() {
    const auto year = number(4, 7);
    if (!year || !take('-')) return false;
    const auto month = number(1, 2);
    if (!month || !take('-')) return false;
    const auto day = number(1, 2);
    if (!day) return false;
    year_ = *year;
    month_ = static_cast<unsigned>(*month);
    day_ = static_cast<unsigned>(*day);
    return true;
  }

  bool clock() {
    const auto hour = number(1, 2);
    if (!hour || !take(':')) return false;
    const auto minute = number(2, 2);
    if (!minute || *minute > 59) return false;
    std::int64_t second = 0;
    std::int64_t fraction = 0;
    if (take(':')) {
      const auto read = number(2, 2);
      if (!read || *read > 60) return false;
      second = *read;
      if (take('.')) fraction = rounded_fraction();
    }
    micros_ = ((*hour * 60 + *minute) * 60 + second) * kSecond + fraction;
    return micros_ <= kDay;
  }

  // To the nearest microsecond, and to the even one in the middle.
  std::int64_t rounded_fraction() {
    std::int64_t value = 0;
    std::int64_t unit = kSecond / 10;
    for (; is_digit() && unit > 0; unit /= 10, text_.remove_prefix(1)) {
      value += (text_[0] - '0') * unit;
    }
    const auto end = std::min(text_.find_first_not_of("0123456789"), text_.size());
    const std::string_view rest = text_.substr(0, end);
    text_.remove_prefix(end);
    const bool is_middle =
        rest.starts_with('5') && rest.find_first_not_of('0', 1) == std::string_view::npos;
    const bool is_up = !rest.empty() && rest[0] >= '5' && (!is_middle || value % 2 == 1);
    return value + (is_up ? 1 : 0);
  }

  // The time zone and the era, in any order.
  bool suffixes() {
    for (;;) {
      skip_spaces();
      if (text_.empty()) return true;
      if (take(std::string_view("bc"))) {
        is_before_christ_ = true;
      } else if (!take(std::string_view("ad")) && !zone()) {
        return false;
      }
    }
  }

  bool zone() {
    if (take('z') || take(std::string_view("utc")) || take(std::string_view("gmt"))) return true;
    const bool behind = take('-');
    if (!behind && !take('+')) return false;
    const auto hours = number(1, 2);
    if (!hours || *hours > 15) return false;
    std::int64_t seconds = *hours * 3600;
    for (const std::int64_t unit : {60, 1}) {
      const bool separated = take(':');
      if (!separated && !is_digit()) break;
      const auto part = number(2, 2);
      if (!part || *part > 59) return false;
      seconds += *part * unit;
    }
    offset_ = (behind ? -seconds : seconds) * kSecond;
    return true;
  }

  [[nodiscard]] std::optional<Moment> resolved(ScalarType type) const {
    if (type == ScalarType::time) return Moment{0, micros_};
    if (year_ == 0) return std::nullopt;
    const std::int64_t year = is_before_christ_ ? 1 - year_ : year_;
    if (year < -4800) return std::nullopt;
    // The calendar repeats after 400 years, and std::chrono's years have 16 bits.
    const std::int64_t cycles = (year + 4800) / 400 - 12;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year - cycles * 400)},
                                           std::chrono::month{month_}, std::chrono::day{day_}};
    if (!date.ok()) return std::nullopt;
    constexpr std::int64_t kDaysOfCycle = 146'097;
    Moment moment{std::chrono::sys_days{date}.time_since_epoch().count() + cycles * kDaysOfCycle,
                  micros_};
    if (type == ScalarType::date) return within(moment, kEndOfDates);
    if (type == ScalarType::timestamptz) moment.micros -= offset_;
    moment.day += moment.micros / kDay;
    moment.micros %= kDay;
    if (moment.micros < 0) moment.micros += kDay, --moment.day;
    return within(moment, kEndOfTimestamps);
  }

  static std::optional<Moment> within(const Moment& moment, std::int64_t end) {
    return moment.day >= kFirstDay && moment.day < end ? std::optional(moment) : std::nullopt;
  }

  std::string_view text_;
  std::int64_t year_ = 0;
  unsigned month_ = 0;
  unsigned day_ = 0;
  std::int64_t micros_ = 0;
  std::int64_t offset_ = 0;
  bool is_before_christ_ = false;
};

std::string printed(const char* format, auto... values) {
  char buffer[64];
  (void)std::snprintf(buffer, sizeof buffer, format, values...);
  return buffer;
}

std::string date_key(std::int64_t day) {
  constexpr std::int64_t kDaysOfCycle = 146'097;
  const std::int64_t cycles = (day + 12 * kDaysOfCycle) / kDaysOfCycle - 12;
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(day - cycles * kDaysOfCycle)}}};
  const std::int64_t year = static_cast<int>(date.year()) + cycles * 400;
  const std::string rest =
      printed("-%02u-%02u", static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  const auto number = [](std::int64_t value, const char* format) {
    return printed(format, static_cast<long long>(value));
  };
  if (year > 9999) return kFarFuture + number(year, "%07lld") + rest;
  if (year > 0) return number(year, "%04lld") + rest;
  return kBeforeChrist + number(kTenThousand - (1 - year), "%04lld") + rest;
}

std::string clock_key(std::int64_t micros) {
  const std::int64_t second = micros / kSecond;
  return printed("%02d:%02d:%02d.%06d", static_cast<int>(second / 3600),
                 static_cast<int>(second / 60 % 60), static_cast<int>(second % 60),
                 static_cast<int>(micros % kSecond));
}

std::string key_of(const Moment& moment, ScalarType type) {
  if (type == ScalarType::time) return clock_key(moment.micros);
  const std::string date = date_key(moment.day);
  return type == ScalarType::date ? date : date + "T" + clock_key(moment.micros) + "Z";
}

// The words that stand for a time.
std::optional<Moment> named(const std::string& word, ScalarType type) {
  const base::Micros now = base::Clock::system().now();
  const Moment moment{now / kDay, now % kDay};
  if (word == "now") return moment;
  if (word == "allballs" && type == ScalarType::time) return Moment{};
  if (type == ScalarType::time) return std::nullopt;
  if (word == "epoch") return Moment{};
  if (word == "today") return Moment{moment.day, 0};
  if (word == "tomorrow") return Moment{moment.day + 1, 0};
  if (word == "yesterday") return Moment{moment.day - 1, 0};
  return std::nullopt;
}

bool is_key_of_far_year(std::string_view text) {
  return text.size() > 1 && (text[0] == kBeforeChrist || text[0] == kFarFuture) &&
         std::isdigit(static_cast<unsigned char>(text[1])) != 0;
}

// Whether base::parse_timestamp reads the text as PostgreSQL does: nothing is left to round.
bool is_plain(std::string_view text) {
  constexpr std::size_t kWithoutZone = std::string_view("2024-01-02T03:04:05.678901").size();
  return text.size() <= kWithoutZone + (text.ends_with('Z') ? 1 : 0) && !text.starts_with("0000");
}

bool is_infinite(std::string_view text) { return text == "infinity" || text == "-infinity"; }

}  // namespace

bool is_time(ScalarType type) noexcept {
  return type == ScalarType::timestamptz || type == ScalarType::timestamp ||
         type == ScalarType::date || type == ScalarType::time;
}

std::string time_key(std::string_view text, ScalarType type) {
  if (is_key_of_far_year(text)) return std::string(text);
  if (type == ScalarType::timestamptz && is_plain(text)) {
    if (const auto time = base::parse_timestamp(text)) return base::format_timestamp(*time);
  }
  const std::string word = language::lower(language::trimmed(text));
  if (is_infinite(word) && type != ScalarType::time) return word;
  if (const auto moment = named(word, type)) return key_of(*moment, type);
  const auto moment = Parser(word).moment(type);
  return moment ? key_of(*moment, type) : std::string();
}

std::string time_of_key(std::string_view key, ScalarType type) {
  if (is_infinite(key)) return std::string(key);
  std::string text(key);
  bool is_before_christ = false;
  if (key[0] == kFarFuture) {
    text.erase(0, key.find_first_not_of('0', 1));
  } else if (key[0] == kBeforeChrist) {
    is_before_christ = true;
    const std::int64_t year = kTenThousand - std::stoll(text.substr(1, 4));
    text = printed("%04lld", static_cast<long long>(year)) + text.substr(5);
  }
  if (type != ScalarType::date) {
    if (text.back() == 'Z') text.pop_back();
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  if (type == ScalarType::timestamptz) text += "+00:00";
  return is_before_christ ? text + " BC" : text;
}

}  // namespace edo::sql
