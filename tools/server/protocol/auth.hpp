// Who a request comes from, as Hasura decides it: the admin secret lets the client choose its role
// and its session variables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/server/engine/engine.hpp"
#include "tools/server/protocol/headers.hpp"

namespace edo::protocol {

struct AuthOptions {
  std::string admin_secret;                           // empty: everybody is trusted
  std::optional<std::string> unauthorized_role = {};  // of requests without a secret
};

// The secret, whether or not it is the right one; nothing if the headers have none.
[[nodiscard]] std::optional<std::string_view> given_secret(const Headers& headers);

// The session that the headers speak of. Throws RequestError: access-denied.
[[nodiscard]] language::Session authenticate(const AuthOptions& options, const Headers& headers);

// Takes the same time wherever the two differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view secret, std::string_view given) noexcept;

}  // namespace edo::protocol
