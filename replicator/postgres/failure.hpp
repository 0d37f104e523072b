// Turns what PostgreSQL says into edo::Error: the kind by SQLSTATE, the text as one line.
#pragma once

#include <string>
#include <string_view>

#include "edo/error.hpp"

namespace edo::postgres {

// The kind of a server's error. `sqlstate` empty means that there was no answer at all.
[[nodiscard]] ErrorKind kind_of(std::string_view sqlstate) noexcept;

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

}  // namespace edo::postgres
