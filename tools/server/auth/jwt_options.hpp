// What --jwt-secret says, in the JSON that Hasura documents: which tokens are accepted, and where
// their claims are.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edo::auth {

// A place in a token: "$.a['b'][0]".
struct JsonPath {
  std::string text;
  std::vector<std::string> steps;  // keys and indexes

  // Null if there is nothing.
  [[nodiscard]] const nlohmann::json* find_in(const nlohmann::json& root) const;
};

// A session variable that a claim, or the configuration itself, has.
struct MappedClaim {
  std::optional<JsonPath> path;
  std::optional<nlohmann::json> value;  // of the claim, or if there is no claim at the path
};

struct ClaimsOptions {
  std::string claims_namespace = "https://hasura.io/jwt/claims";
  std::optional<JsonPath> namespace_path;  // instead of the namespace
  bool is_stringified = false;
  std::map<std::string, MappedClaim>
      map;  // instead of both, if it is not empty; names in lower case
};

// Where a request has its token.
struct TokenPlace {
  enum class Kind { authorization, cookie, header };
  Kind kind = Kind::authorization;
  std::string name;  // of the cookie, or of the header in lower case
};

struct JwtOptions {
  std::string type, key;              // as in Key; empty if there is a URL
  std::string keys_url;               // of published keys (RFC 7517)
  std::vector<std::string> audience;  // empty: any
  std::optional<std::string> issuer;
  std::chrono::seconds allowed_skew{0};
  ClaimsOptions claims;
  TokenPlace place;
};

// One object, or an array of them. `source` is the option or the variable, for messages. Throws
// Error: invalid_argument for what Hasura would not accept, and for unknown names: one that is
// misspelt would accept tokens that it should refuse.
[[nodiscard]] std::vector<JwtOptions> parse_jwt_options(const std::string& source,
                                                        std::string_view text);

}  // namespace edo::auth
