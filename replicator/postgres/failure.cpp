#include "replicator/postgres/failure.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace edo::postgres {
namespace {

constexpr std::size_t kSqlstateSize = 5;

bool is_sqlstate(std::string_view text) {
  return text.size() == kSqlstateSize && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isdigit(c) != 0 || std::isupper(c) != 0;
         });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Calls `use` with each line that is not empty.
template <typename Use>
void for_each_line(std::string_view text, Use use) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    if (!line.empty()) use(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Where the server's own words begin in "… failed: FATAL:  28P01: words".
struct Severity {
  std::size_t begin = std::string_view::npos;
  std::size_t words = 0;
  std::string_view sqlstate = {};
};

Severity find_severity(std::string_view line) {
  constexpr std::array<std::string_view, 3> kSeverities = {"FATAL:  ", "ERROR:  ", "PANIC:  "};
  for (const auto severity : kSeverities) {
    const auto begin = line.find(severity);
    if (begin == std::string_view::npos) continue;
    const auto words = begin + severity.size();
    const auto candidate = line.substr(words, kSqlstateSize);
    if (is_sqlstate(candidate) && line.substr(words + kSqlstateSize, 2) == ": ") {
      return {begin, words + kSqlstateSize + 2, candidate};
    }
    return {begin, words, {}};
  }
  return {};
}

}  // namespace

ErrorKind kind_of(std::string_view sqlstate) noexcept {
  if (!is_sqlstate(sqlstate)) return ErrorKind::unavailable;
  const auto in = [](std::string_view text, auto... texts) { return ((text == texts) || ...); };
  if (in(sqlstate, "57014", "55P03")) return ErrorKind::busy;
  if (in(sqlstate, "53100")) return ErrorKind::full;
  if (in(sqlstate, "42501")) return ErrorKind::denied;
  // A server that became a standby is expected to come back.
  if (in(sqlstate, "25006", "53300")) return ErrorKind::unavailable;
  const auto group = sqlstate.substr(0, 2);
  // Another transaction was in the way, or there was too little memory.
  if (in(group, "40", "53")) return ErrorKind::busy;
  // The connection, the operator and the server's own disk.
  if (in(group, "08", "57", "58")) return ErrorKind::unavailable;
  if (in(group, "28")) return ErrorKind::denied;
  // Values, constraints and limits; and what triggers and views of the centre's owner may say of a
  // row, with RAISE or by failing on it.
  if (in(group, "22", "23", "54", "09", "20", "21", "27", "2F", "38", "39", "44", "P0")) {
    return ErrorKind::refused;
  }
  if (in(group, "42", "3D", "3F")) return ErrorKind::invalid_argument;
  return ErrorKind::io;
}

std::string sqlstate_in(std::string_view message) {
  std::string found;
  for_each_line(message, [&](std::string_view line) {
    const auto severity = find_severity(line);
    if (!severity.sqlstate.empty()) found = severity.sqlstate;
  });
  return found;
}

std::string one_line(std::string_view message) {
  std::string result;
  for_each_line(message, [&](std::string_view line) {
    if (line.starts_with("LOCATION:")) return;
    std::string words(line);
    const auto severity = find_severity(line);
    if (severity.begin != std::string_view::npos) {
      words =
          std::string(line.substr(0, severity.begin)) + std::string(line.substr(severity.words));
    }
    if (!result.empty()) result += "; ";
    result += words;
  });
  return result;
}

std::string_view remedy(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::unavailable:
      return "; check the address and that the server is running";
    case ErrorKind::denied:
      return "; check the user, the password and the user's rights";
    case ErrorKind::full:
      return "; free some space at the centre and run again, nothing is lost";
    case ErrorKind::in_doubt:
      return "; run again, sending twice is safe";
    case ErrorKind::busy:
      return "; run again";
    default:
      return "";
  }
}

}  // namespace edo::postgres
