// The error that a client gets for a request, with Hasura's words and codes.
#pragma once

#include <stdexcept>
#include <string>

namespace edo::language {

// code: validation-failed, parse-failed, access-denied, data-exception, bad-request, not-supported,
// not-found, invalid-json, unexpected or postgres-error. path: "$.selectionSet.invocations.args".
// status: of HTTP, 0 if it follows from the code.
class RequestError : public std::runtime_error {
 public:
  RequestError(std::string code, std::string path, const std::string& message, int status = 0)
      : std::runtime_error(message),
        code_(std::move(code)),
        path_(std::move(path)),
        status_(status) {}

  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  std::string code_;
  std::string path_;
  int status_;
};

}  // namespace edo::language
