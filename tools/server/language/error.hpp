// The error that a client gets for a request, with Hasura's words and codes.
#pragma once

#include <stdexcept>
#include <string>

namespace edo::language {

// code: validation-failed, parse-failed, access-denied, data-exception, bad-request, not-supported,
// not-found, invalid-json, unexpected or postgres-error. path: "$.selectionSet.invocations.args".
class RequestError : public std::runtime_error {
 public:
  RequestError(std::string code, std::string path, const std::string& message)
      : std::runtime_error(message), code_(std::move(code)), path_(std::move(path)) {}

  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string code_;
  std::string path_;
};

}  // namespace edo::language
