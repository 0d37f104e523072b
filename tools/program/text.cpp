#include "tools/program/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <cwchar>

namespace edo::cli {
namespace {

constexpr std::size_t kInvalid = 0;

struct Character {
  char32_t code = 0;
  std::size_t bytes = kInvalid;
};

// The first character of `text`, which is not empty. Overlong forms, surrogates and values above
// U+10FFFF are not characters.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  auto code = static_cast<char32_t>(lead & (0x7fu >> bytes));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3fu);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kSmallest[bytes] || code > 0x10ffff || surrogate) return {};
  return {code, bytes};
}

bool turns_direction(char32_t code) {
  return code == 0x61c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

std::size_t columns_of(char32_t code) {
  const int columns = wcwidth(static_cast<wchar_t>(code));
  return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

std::tm local(base::Micros time) {
  auto seconds = static_cast<std::time_t>(time / 1'000'000 - (time % 1'000'000 < 0 ? 1 : 0));
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

std::string formatted(const std::tm& parts, const char* format) {
  char buffer[64];
  return {buffer, std::strftime(buffer, sizeof buffer, format, &parts)};
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character next = first_character(text);
    if (next.bytes == kInvalid) {
      result += "\xef\xbf\xbd";
      text.remove_prefix(1);
      continue;
    }
    if (next.code == '\n') {
      result += "\\n";
    } else if (next.code == '\t') {
      result += "\\t";
    } else if (next.code == '\r') {
      result += "\\r";
    } else if (next.code < 0x20 || next.code == 0x7f) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned>(next.code));
    } else if ((next.code >= 0x80 && next.code < 0xa0) || turns_direction(next.code)) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(next.code));
    } else {
      result += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return result;
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const auto part : lines_of(text)) line.append(line.empty() ? "" : " ").append(part);
  std::replace(line.begin(), line.end(), '\t', ' ');
  return printable(line);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character next = first_character(text);
    width += next.bytes == kInvalid ? 1 : columns_of(next.code);
    text.remove_prefix(next.bytes == kInvalid ? 1 : next.bytes);
  }
  return width;
}

std::string shorten(std::string_view text, std::size_t columns, std::string_view ellipsis) {
  if (text.size() <= columns || display_width(text) <= columns) return std::string(text);
  const std::size_t reserved = display_width(ellipsis);
  const std::size_t room = columns > reserved ? columns - reserved : 0;
  std::size_t width = 0;
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character next = first_character(text.substr(bytes));
    const std::size_t step = next.bytes == kInvalid ? 1 : columns_of(next.code);
    if (width + step > room) break;
    width += step;
    bytes += next.bytes == kInvalid ? 1 : next.bytes;
  }
  return std::string(text.substr(0, bytes)).append(ellipsis);
}

std::string shorten_front(std::string_view text, std::size_t columns, std::string_view ellipsis) {
  if (display_width(text) <= columns) return std::string(text);
  const std::size_t reserved = display_width(ellipsis);
  const std::size_t room = columns > reserved ? columns - reserved : 0;
  while (display_width(text) > room) {
    const Character first = first_character(text);
    text.remove_prefix(first.bytes == kInvalid ? 1 : first.bytes);
  }
  return std::string(ellipsis).append(text);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string duration_text(std::int64_t milliseconds) {
  constexpr std::int64_t kSecond = 1000;
  constexpr std::int64_t kMinute = 60 * kSecond;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  const std::int64_t ms = milliseconds;
  if (ms < kSecond) return fmt::format("{} ms", ms);
  if (ms < kMinute) return fmt::format("{}.{:02} s", ms / kSecond, ms % kSecond / 10);
  if (ms < kHour) return fmt::format("{}m {:02}s", ms / kMinute, ms % kMinute / kSecond);
  if (ms < kDay) return fmt::format("{}h {:02}m", ms / kHour, ms % kHour / kMinute);
  return fmt::format("{}d {}h", ms / kDay, ms % kDay / kHour);
}

std::string local_time(base::Micros time) { return formatted(local(time), "%Y-%m-%d %H:%M:%S"); }

std::string exact_local_time(base::Micros time) {
  const std::tm parts = local(time);
  const base::Micros fraction = (time % 1'000'000 + 1'000'000) % 1'000'000;
  return fmt::format("{}.{:03} {}", formatted(parts, "%Y-%m-%d %H:%M:%S"), fraction / 1000,
                     formatted(parts, "%z"));
}

std::string age_text(base::Micros time, base::Micros now) {
  const std::int64_t seconds = (now - time) / 1'000'000;
  if (now < time || seconds >= 86'400) return local_time(time);
  if (seconds < 60) return fmt::format("{}s ago", seconds);
  if (seconds < 3'600) return fmt::format("{}m ago", seconds / 60);
  return fmt::format("{}h ago", seconds / 3'600);
}

}  // namespace edo::cli
