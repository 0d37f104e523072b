#include "tools/server/auth/token.hpp"

#include <algorithm>

#include "tools/server/language/error.hpp"

namespace edo::auth {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestToken = 16 << 10;  // as a header may be long
constexpr double kEndOfTime = 253402300799;      // the last second of the year 9999

language::RequestError refused(const std::string& why) {
  return {"invalid-jwt", "$", "Could not verify JWT: " + why};
}

struct Parts {
  std::string_view header, payload, signature;
  std::string_view content;  // what is signed: header.payload
};

std::optional<Parts> parts_of(std::string_view token) {
  if (token.size() > kLongestToken || std::count(token.begin(), token.end(), '.') != 2) {
    return std::nullopt;
  }
  const auto first = token.find('.');
  const auto second = token.rfind('.');
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

// An object of base64url; null if it is none.
Json object_in(std::string_view part) {
  const auto bytes = from_base64url(part);
  Json json = bytes ? Json::parse(*bytes, nullptr, /*allow_exceptions=*/false) : Json();
  return json.is_object() ? json : Json();
}

std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_signed(const Parts& parts, const std::vector<Key>& keys) {
  const Json header = object_in(parts.header);
  const auto signature = from_base64url(parts.signature);
  // `crit` names extensions that must be understood; there are none here.
  if (!header.is_object() || header.contains("crit") || !signature) return false;
  const Algorithm* algorithm = find_algorithm(text_at(header, "alg"));
  const std::string id = text_at(header, "kid");
  return algorithm != nullptr && std::any_of(keys.begin(), keys.end(), [&](const Key& key) {
           return key.verifies(*algorithm, id, parts.content, *signature);
         });
}

// Seconds since 1970. Nothing if it is missing or null.
std::optional<double> time_at(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) return std::nullopt;
  if (!found->is_number()) {
    throw refused(std::string("JWTClaimsSetDecodeError \"") + name + " must be a number\"");
  }
  return found->get<double>();
}

void check_times(const Json& claims, const JwtOptions& options, double now) {
  const auto skew = static_cast<double>(options.allowed_skew.count());
  if (const auto end = time_at(claims, "exp"); end && now >= *end + skew) {
    throw refused("JWTExpired");
  }
  if (const auto begin = time_at(claims, "nbf"); begin && now < *begin - skew) {
    throw refused("JWTNotYetValid");
  }
  if (const auto issued = time_at(claims, "iat"); issued && now < *issued - skew) {
    throw refused("JWTIssuedAtFuture");
  }
}

// Issuers that share their keys between customers tell them apart by the audience. So a token
// without one is refused, although Hasura accepts it.
void check_audience(const Json& claims, const JwtOptions& options) {
  if (options.audience.empty()) return;
  const auto found = claims.find("aud");
  const Json given = found == claims.end() ? Json::array()
                     : found->is_array()   ? *found
                                           : Json::array({*found});
  const bool is_ours = std::any_of(given.begin(), given.end(), [&](const Json& each) {
    return std::any_of(options.audience.begin(), options.audience.end(),
                       [&](const std::string& ours) { return each == ours; });
  });
  if (!is_ours) throw refused("JWTNotInAudience");
}

// A token without one is refused for the same reason.
void check_issuer(const Json& claims, const JwtOptions& options) {
  const auto found = claims.find("iss");
  if (options.issuer && (found == claims.end() || *found != *options.issuer)) {
    throw refused("JWTNotInIssuer");
  }
}

}  // namespace

VerifiedToken verify_token(std::string_view token, const std::vector<Key>& keys,
                           const JwtOptions& options, SystemTime now) {
  const auto parts = parts_of(token);
  if (!parts) throw refused("JWSError CompactDecodeError \"expected three parts, at most 16 KiB\"");
  if (keys.empty()) throw refused("JWSError NoUsableKeys");
  if (!is_signed(*parts, keys)) throw refused("JWSError JWSInvalidSignature");
  VerifiedToken verified{object_in(parts->payload), std::nullopt};
  if (!verified.claims.is_object()) throw refused("JWTClaimsSetDecodeError \"expected an object\"");
  const std::chrono::duration<double> since_1970 = now.time_since_epoch();
  check_times(verified.claims, options, since_1970.count());
  check_audience(verified.claims, options);
  check_issuer(verified.claims, options);
  if (const auto end = time_at(verified.claims, "exp"); end && *end < kEndOfTime) {
    const std::chrono::duration<double> left(*end - since_1970.count());
    verified.expires =
        now + options.allowed_skew + std::chrono::duration_cast<std::chrono::milliseconds>(left);
  }
  return verified;
}

std::optional<std::string> claimed_issuer(std::string_view token) {
  const auto parts = parts_of(token);
  const Json claims = parts ? object_in(parts->payload) : Json();
  const std::string issuer = claims.is_object() ? text_at(claims, "iss") : std::string();
  return issuer.empty() ? std::nullopt : std::optional(issuer);
}

}  // namespace edo::auth
