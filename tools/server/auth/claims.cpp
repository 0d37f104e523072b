#include "tools/server/auth/claims.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "tools/server/language/error.hpp"

namespace edo::auth {
namespace {

using Json = nlohmann::json;
using Claims = std::map<std::string, Json>;  // names in lower case

constexpr const char* kAllowed = "x-hasura-allowed-roles";
constexpr const char* kDefault = "x-hasura-default-role";
constexpr const char* kRole = "x-hasura-role";

language::RequestError invalid(const std::string& why) { return {"jwt-invalid-claims", "$", why}; }

language::RequestError missing(const std::string& name) {
  return {"jwt-missing-role-claims", "$", "JWT claim does not contain " + name};
}

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a') text[0] = static_cast<char>(text[0] - ('a' - 'A'));
  return text;
}

std::string wrong_type(const char* parsed, const char* expected, const Json& found) {
  return std::string("parsing ") + parsed + " failed, expected " + expected + ", but encountered " +
         capitalized(found.type_name());
}

std::string text_in(const Json& value, const std::string& what) {
  if (!value.is_string()) throw invalid(what + wrong_type("Text", "String", value));
  return value.get<std::string>();
}

Json stringified(const Json& value, const ClaimsOptions& options) {
  if (!value.is_string()) {
    throw invalid("expecting a string when claims_format is stringified_json");
  }
  const auto text = value.get<std::string>();
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_object()) return json;
  const std::string place = options.namespace_path
                                ? "claims_namespace_path " + options.namespace_path->text
                                : "claims_namespace " + options.claims_namespace;
  throw invalid("expecting stringified json at: '" + place + "', but found: " + text);
}

const Json& in_namespace(const Json& token, const ClaimsOptions& options) {
  if (options.namespace_path) {
    if (const Json* found = options.namespace_path->find_in(token)) return *found;
    throw invalid("claims not found at claims_namespace_path: '" + options.namespace_path->text +
                  "'");
  }
  const auto found = token.find(options.claims_namespace);
  if (found == token.end()) {
    throw invalid("claims key: '" + options.claims_namespace + "' not found");
  }
  return *found;
}

Claims namespace_claims(const Json& token, const ClaimsOptions& options) {
  const Json& given = in_namespace(token, options);
  const Json object = options.is_stringified ? stringified(given, options) : given;
  if (!object.is_object()) {
    throw invalid("expecting a json object when claims_format is json");
  }
  Claims claims;
  for (const auto& [given_name, value] : object.items()) {
    std::string name = given_name;
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (name.starts_with("x-hasura-")) claims[name] = value;
  }
  return claims;
}

Claims mapped_claims(const Json& token, const ClaimsOptions& options) {
  Claims claims;
  for (const auto& [name, mapped] : options.map) {
    const Json* found = mapped.path ? mapped.path->find_in(token) : nullptr;
    if (found == nullptr && mapped.value) found = &*mapped.value;
    const bool is_role = name == kAllowed || name == kDefault;
    if (found == nullptr && !is_role) {
      throw invalid("JWT claim from claims_map, " + name + " not found");
    }
    if (found != nullptr) claims[name] = *found;
  }
  return claims;
}

Json taken(Claims& claims, const char* name) {
  const auto found = claims.find(name);
  if (found == claims.end()) throw missing(name);
  Json value = std::move(found->second);
  claims.erase(found);
  return value;
}

std::vector<std::string> allowed_roles(Claims& claims) {
  const Json value = taken(claims, kAllowed);
  const std::string what = std::string("invalid ") + kAllowed + "; should be a list of roles: ";
  if (!value.is_array()) throw invalid(what + wrong_type("[]", "Array", value));
  std::vector<std::string> roles;
  for (const Json& role : value) roles.push_back(text_in(role, what));
  return roles;
}

}  // namespace

language::Session session_of(const Json& token, const ClaimsOptions& options,
                             std::optional<std::string_view> requested_role) {
  Claims claims =
      options.map.empty() ? namespace_claims(token, options) : mapped_claims(token, options);
  const auto allowed = allowed_roles(claims);
  const std::string default_role =
      text_in(taken(claims, kDefault),
              std::string("invalid ") + kDefault + "; should be a single role name: ");
  const bool is_requested = requested_role && !requested_role->empty();
  language::Session session{is_requested ? std::string(*requested_role) : default_role, {}};
  if (session.role.empty() ||
      std::find(allowed.begin(), allowed.end(), session.role) == allowed.end()) {
    throw language::RequestError("access-denied", "$",
                                 "Your requested role is not in allowed roles", 400);
  }
  for (const auto& [name, value] : claims) {
    session.variables[name] = text_in(value, "x-hasura-* claims: ");
  }
  session.variables[kRole] = session.role;
  return session;
}

}  // namespace edo::auth
