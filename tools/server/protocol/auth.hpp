// Authenticates a request as Hasura does: with the admin secret, the client chooses its role and
// its session variables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/server/engine/engine.hpp"
#include "tools/server/protocol/headers.hpp"

namespace edo::protocol {

struct AuthOptions {
  std::string admin_secret;                           // empty: every client is trusted
  std::optional<std::string> unauthorized_role = {};  // of requests without a secret
};

// The secret in the headers, right or wrong; nothing if there is none.
[[nodiscard]] std::optional<std::string_view> given_secret(const Headers& headers);

// The session of a request. Throws RequestError: access-denied.
[[nodiscard]] language::Session authenticate(const AuthOptions& options, const Headers& headers);

// Takes the same time wherever the two differ, so that it reveals nothing.
[[nodiscard]] bool equal_in_constant_time(std::string_view secret, std::string_view given) noexcept;

}  // namespace edo::protocol
