// What a token's claims say about its bearer: roles and session variables.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "tools/server/auth/jwt_options.hpp"
#include "tools/server/language/request.hpp"

namespace edo::auth {

// The session of a verified token, in the requested role or its default role. Throws RequestError
// in Hasura's words: jwt-invalid-claims, jwt-missing-role-claims, access-denied.
[[nodiscard]] language::Session session_of(const nlohmann::json& token,
                                           const ClaimsOptions& options,
                                           std::optional<std::string_view> requested_role);

}  // namespace edo::auth
