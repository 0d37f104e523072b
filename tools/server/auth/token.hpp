// JSON Web Tokens (RFC 7519), signed ones in the compact form.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/server/auth/jwt_options.hpp"
#include "tools/server/auth/keys.hpp"
#include "tools/server/auth/lifetime.hpp"

namespace edo::auth {

struct VerifiedToken {
  nlohmann::json claims;
  std::optional<SystemTime> expires;
};

// Checks the signature, and then exp, nbf, iat, aud and iss. A token without exp never expires.
// Throws RequestError: invalid-jwt, in Hasura's words.
[[nodiscard]] VerifiedToken verify_token(std::string_view token, const std::vector<Key>& keys,
                                         const JwtOptions& options, SystemTime now);

// The issuer that a token claims, which is not verified.
[[nodiscard]] std::optional<std::string> claimed_issuer(std::string_view token);

}  // namespace edo::auth
