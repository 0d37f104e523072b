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

// The start of the server's own words in "… failed: FATAL:  28P01: words".
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

struct Sort {
  std::string_view prefix;  // a whole SQLSTATE, or the class that is its first two characters
  Recourse recourse;
  ErrorKind kind;
};

// The first match counts. Any other SQLSTATE is a failure of the central database, which is
// retried.
constexpr Sort kSorts[] = {
    {"08", Recourse::another_server, ErrorKind::unavailable},
    {kReadOnly, Recourse::another_server, ErrorKind::unavailable},
    // The session was ended within a transaction that took too long.
    {"25P03", Recourse::another_server, ErrorKind::unavailable},
    {"25P04", Recourse::another_server, ErrorKind::unavailable},
    {"57P", Recourse::another_server, ErrorKind::unavailable},  // shut down, crashed, starting

    {"0A", Recourse::another_way, ErrorKind::refused},

    // Values, constraints and limits, and errors of triggers and views of the database's owner, by
    // RAISE or by failing on a row.
    {"09", Recourse::row, ErrorKind::refused},
    {"20", Recourse::row, ErrorKind::refused},
    {"21", Recourse::row, ErrorKind::refused},
    {"22", Recourse::row, ErrorKind::refused},
    {"23", Recourse::row, ErrorKind::refused},
    {"27", Recourse::row, ErrorKind::refused},
    {"2F", Recourse::row, ErrorKind::refused},
    {"38", Recourse::row, ErrorKind::refused},
    {"39", Recourse::row, ErrorKind::refused},
    {"44", Recourse::row, ErrorKind::refused},
    {"P0", Recourse::row, ErrorKind::refused},

    {"53200", Recourse::batch, ErrorKind::busy},  // out of memory
    {"54", Recourse::batch, ErrorKind::refused},
    {"57014", Recourse::batch, ErrorKind::busy},  // statement_timeout

    {"40", Recourse::wait, ErrorKind::busy},  // another transaction conflicted
    {"53100", Recourse::wait, ErrorKind::full},
    {kOverQuota, Recourse::wait, ErrorKind::full},
    {"53300", Recourse::wait, ErrorKind::unavailable},  // too many connections
    {"53", Recourse::wait, ErrorKind::busy},
    {"55P03", Recourse::wait, ErrorKind::busy},      // a lock was not available
    {"57", Recourse::wait, ErrorKind::unavailable},  // the operator, and the server's own disk
    {"58", Recourse::wait, ErrorKind::unavailable},

    {"0P", Recourse::person, ErrorKind::denied},
    {"28", Recourse::person, ErrorKind::denied},
    {"3D", Recourse::person, ErrorKind::invalid_argument},
    {"3F", Recourse::person, ErrorKind::invalid_argument},
    {kNoPermission, Recourse::person, ErrorKind::denied},
    {"42", Recourse::person, ErrorKind::invalid_argument},
};

const Sort& sort_of(std::string_view sqlstate) noexcept {
  static constexpr Sort kNoAnswer{"", Recourse::another_server, ErrorKind::unavailable};
  static constexpr Sort kOther{"", Recourse::wait, ErrorKind::io};
  if (!is_sqlstate(sqlstate)) return kNoAnswer;
  const auto* found = std::find_if(std::begin(kSorts), std::end(kSorts), [&](const Sort& sort) {
    return sqlstate.starts_with(sort.prefix);
  });
  return found == std::end(kSorts) ? kOther : *found;
}

}  // namespace

Recourse recourse_of(std::string_view sqlstate) noexcept { return sort_of(sqlstate).recourse; }

ErrorKind kind_of(std::string_view sqlstate) noexcept { return sort_of(sqlstate).kind; }

bool is_of_store(std::string_view sqlstate) noexcept {
  return sqlstate == kNotItsStore || sqlstate == kOverQuota;
}

bool may_follow_batch(std::string_view sqlstate) noexcept {
  const Sort& sort = sort_of(sqlstate);
  const bool waits = sort.recourse == Recourse::wait || sort.recourse == Recourse::batch;
  return waits && !sqlstate.starts_with("40") && sqlstate != "55P03" && sqlstate != "53100" &&
         sqlstate != "53300";
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
      return "; free some space on the database server and run again, nothing is lost";
    case ErrorKind::in_doubt:
      return "; run again, sending twice is safe";
    case ErrorKind::busy:
      return "; run again";
    default:
      return "";
  }
}

std::string_view remedy(ErrorKind kind, std::string_view sqlstate,
                        std::string_view words) noexcept {
  const auto says = [words](std::string_view text) {
    return words.find(text) != std::string_view::npos;
  };
  if (is_of_store(sqlstate)) return "";  // the schema's own message has the remedy
  if (sqlstate == kReadOnly) {
    return "; give the address of the primary server, or list all servers in the address";
  }
  if (sqlstate == kNoPermission && kind == ErrorKind::refused) {
    return "; change its row level security policies so that this user may write the row";
  }
  // PgBouncer's messages, which have no SQLSTATE of their own.
  if (says("statement pooling mode")) {
    return "; set pool_mode = transaction or session in the pooler";
  }
  if (says("unsupported startup parameter")) {
    return "; remove options from the address, or add the parameter to the pooler's "
           "ignore_startup_parameters";
  }
  if (says("query_wait_timeout")) {
    return "; the pooler has no free server connection: increase its pool_size";
  }
  if (sqlstate == "3D000") return "; create it with createdb, or name another one";
  return remedy(kind);
}

}  // namespace edo::postgres
