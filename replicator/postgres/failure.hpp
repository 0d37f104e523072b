// Turns what PostgreSQL says into edo::Error: the kind by SQLSTATE, the text as one line.
#pragma once

#include <string>
#include <string_view>

#include "edo/error.hpp"

namespace edo::postgres {

// What can be done about an error of the server. docs/replication.md has the table of SQLSTATEs.
enum class Recourse {
  another_server,  // this session is of no use any more: connect again, through the list of hosts
  another_way,     // the server cannot do this statement here: write by other statements
  row,             // the server does not accept a row: set it aside, and write the others
  batch,           // it is too much at once: write it in parts
  wait,            // try again later
  person,          // somebody must change something at the centre
};

// `sqlstate` empty means that there was no answer at all.
[[nodiscard]] Recourse recourse_of(std::string_view sqlstate) noexcept;

// The kind of a server's error, for those who do not write rows.
[[nodiscard]] ErrorKind kind_of(std::string_view sqlstate) noexcept;

// Whether an error, for which rows and batches would wait, may be what a batch makes the server
// say, again each time it comes: nobody else is in the way, and disk and connections have not run
// out.
[[nodiscard]] bool may_follow_batch(std::string_view sqlstate) noexcept;

// read_only_sql_transaction: the server is a standby, or has become one.
inline constexpr std::string_view kReadOnly = "25006";
// insufficient_privilege, also of a row that the policies of row-level security do not allow; then
// the kind of the Failure is refused.
inline constexpr std::string_view kNoPermission = "42501";

// Of the inbox (schemas/postgres): another login posts for the store (invalid_role_specification),
// and too much of it waits there (configuration_limit_exceeded).
inline constexpr std::string_view kNotItsStore = "0P000";
inline constexpr std::string_view kOverQuota = "53400";
// Whether it is one of these, which say nothing of other stores.
[[nodiscard]] bool is_of_store(std::string_view sqlstate) noexcept;

// A server's error that keeps its SQLSTATE, the server's own words and where in a COPY it happened.
class Failure : public Error {
 public:
  Failure(ErrorKind kind, const std::string& message, std::string sqlstate, std::string context,
          std::string detail, std::string words = {})
      : Error(kind, message),
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
// It is the only way to learn it when connecting fails.
[[nodiscard]] std::string sqlstate_in(std::string_view message);

// The message on one line, without severity, SQLSTATE and the source line of the server.
[[nodiscard]] std::string one_line(std::string_view message);

// What a person can do about it; starts with "; " or is empty.
[[nodiscard]] std::string_view remedy(ErrorKind kind) noexcept;
// The same, knowing the server's words, or those of a connection pooler in front of it.
[[nodiscard]] std::string_view remedy(ErrorKind kind, std::string_view sqlstate,
                                      std::string_view words) noexcept;

}  // namespace edo::postgres
