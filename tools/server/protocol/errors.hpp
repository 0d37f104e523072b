// Errors in the form that clients expect.
#pragma once

#include <functional>
#include <string>

#include "tools/server/language/error.hpp"

namespace edo::protocol {

// {"message": …, "extensions": {"path": …, "code": …}}
[[nodiscard]] std::string error_object(const language::RequestError& error);
// {"errors": [{…}]}
[[nodiscard]] std::string error_answer(const language::RequestError& error);
// {"path": …, "error": …, "code": …}, for everything outside GraphQL.
[[nodiscard]] std::string plain_error(const language::RequestError& error);

// The HTTP status of the error, for paths that use statuses.
[[nodiscard]] int http_status(const language::RequestError& error) noexcept;

// Runs `work` and turns every failure into a RequestError. An internal failure goes to `report` in
// full, and to the client without details.
template <typename Work>
auto with_request_errors(const std::function<void(const std::string&)>& report, Work&& work) {
  try {
    return work();
  } catch (const language::RequestError&) {
    throw;
  } catch (const std::exception& error) {
    report(error.what());
    throw language::RequestError("unexpected", "$", "internal error; the server's log says more");
  }
}

}  // namespace edo::protocol
