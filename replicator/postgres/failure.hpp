// Turns errors of PostgreSQL into edo::Error: the kind by SQLSTATE, the text as one line.
#pragma once

#include <string>
#include <string_view>

#include "edo/error.hpp"

namespace edo::postgres {

// What can be done about an error of the server. docs/replication.md has the table of SQLSTATEs.
enum class Recourse {
  another_server,  // this session is unusable: connect again, through the list of hosts
  another_way,     // the server cannot run this statement: write with other statements
  row,             // the server refuses a row: set it aside, and write the others
  batch,           // the batch is too large at once: write it in parts
  wait,            // try again later
  person,          // an administrator must change the central database
};

// An empty `sqlstate` means that the server did not answer.
[[nodiscard]] Recourse recourse_of(std::string_view sqlstate) noexcept;

// The kind of a server's error, for callers that do not write rows.
[[nodiscard]] ErrorKind kind_of(std::string_view sqlstate) noexcept;

// Whether the batch itself may cause this retryable error each time: no other session is in the
// way, and neither the disk nor the connections are exhausted.
[[nodiscard]] bool may_follow_batch(std::string_view sqlstate) noexcept;

// read_only_sql_transaction: the server is a standby, or has become one.
inline constexpr std::string_view kReadOnly = "25006";
// insufficient_privilege. For a row that row-level security does not allow, the kind of the Failure
// is refused.
inline constexpr std::string_view kNoPermission = "42501";

// Errors of the inbox (schemas/postgres): another login posts for the store
// (invalid_role_specification), or the store has used up its quota (configuration_limit_exceeded).
inline constexpr std::string_view kNotItsStore = "0P000";
inline constexpr std::string_view kOverQuota = "53400";
// Whether it is one of these, which do not concern other stores.
[[nodiscard]] bool is_of_store(std::string_view sqlstate) noexcept;

// A server's error that keeps its SQLSTATE, the server's own words and where in a COPY it happened.
class Failure : public Error {
 public:
  Failure(ErrorKind kind, std::string_view operation, std::string_view object,
          std::string_view reason, std::string sqlstate, std::string context = {},
          std::string detail = {}, std::string words = {})
      : Error(kind, operation, object, reason),
        sqlstate_(std::move(sqlstate)),
        context_(std::move(context)),
        detail_(std::move(detail)),
        words_(std::move(words)) {}

  [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }
  [[nodiscard]] const std::string& context() const noexcept { return context_; }
  [[nodiscard]] const std::string& detail() const noexcept { return detail_; }
  [[nodiscard]] const std::string& words() const noexcept { return words_; }

 private:
  std::string sqlstate_;
  std::string context_;
  std::string detail_;
  std::string words_;
};

// The SQLSTATE in a message that libpq wrote at its verbose setting ("FATAL:  28P01: …"), or empty.
// If connecting fails, this is the only source of it.
[[nodiscard]] std::string sqlstate_in(std::string_view message);

// The message on one line, without severity, SQLSTATE and the source line of the server.
[[nodiscard]] std::string one_line(std::string_view message);

// The remedy; starts with "; " or is empty.
[[nodiscard]] std::string_view remedy(ErrorKind kind) noexcept;
// The same, with the message of the server or of a connection pooler in front of it.
[[nodiscard]] std::string_view remedy(ErrorKind kind, std::string_view sqlstate,
                                      std::string_view words) noexcept;

}  // namespace edo::postgres
