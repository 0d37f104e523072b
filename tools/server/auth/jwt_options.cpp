#include "tools/server/auth/jwt_options.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "edo/error.hpp"
#include "tools/server/auth/fetch.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/plan/json_path.hpp"

namespace edo::auth {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kNames[] = {
    "type",          "key",      "jwk_url", "claims_namespace", "claims_namespace_path",
    "claims_format", "audience", "issuer",  "allowed_skew",     "claims_map",
    "header"};
constexpr std::string_view kRequired[] = {"x-hasura-allowed-roles", "x-hasura-default-role"};
constexpr int kLongestSkew = 24 * 3600;

// Reads one object; every failure names the source.
class Reader {
 public:
  Reader(const std::string& source, const Json& object) : source_(source), object_(object) {
    if (!object.is_object()) refuse("expected a JSON object");
    for (const auto& [name, value] : object.items()) {
      if (std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames)) {
        refuse("there is no \"" + name + "\"");
      }
    }
  }

  JwtOptions read() {
    JwtOptions options;
    options.type = text("type").value_or("");
    read_key(options);
    options.audience = audience();
    options.issuer = text("issuer");
    options.allowed_skew = skew();
    options.claims = claims();
    options.place = place();
    return options;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(ErrorKind::invalid_argument, "read", source_, why + "; docs/serve.md describes it");
  }

  // Null if it is missing.
  const Json* at(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  std::optional<std::string> text(const char* name) const {
    const Json* value = at(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) refuse(std::string("\"") + name + "\" must be a string");
    return value->get<std::string>();
  }

  void read_key(JwtOptions& options) const {
    const auto key = text("key");
    const auto url = text("jwk_url");
    if (key && url) refuse("key, jwk_url both cannot be present");
    if (!key && !url) refuse("key and jwk_url both cannot be empty");
    if (key && options.type.empty()) refuse("a key needs a \"type\", such as RS256");
    options.key = key.value_or("");
    options.keys_url = url.value_or("");
    if (url) check_url(*url);
  }

  std::vector<std::string> audience() const {
    const Json* value = at("audience");
    if (value == nullptr) return {};
    const Json list = value->is_array() ? *value : Json::array({*value});
    std::vector<std::string> result;
    for (const Json& each : list) {
      if (!each.is_string()) refuse("\"audience\" must be a string or a list of strings");
      result.push_back(each.get<std::string>());
    }
    if (result.empty()) refuse("\"audience\" is an empty list, which would refuse every token");
    return result;
  }

  std::chrono::seconds skew() const {
    const Json* value = at("allowed_skew");
    if (value == nullptr) return {};
    const double seconds = value->is_number() ? value->get<double>() : -1;
    if (!(seconds >= 0 && seconds <= kLongestSkew)) {
      refuse("\"allowed_skew\" must be a number of seconds, at most a day");
    }
    return std::chrono::seconds(static_cast<int>(seconds));
  }

  JsonPath path(const std::string& text) const {
    try {
      return {text, plan::parse_json_path(text, {})};
    } catch (const language::RequestError& error) {
      refuse(error.what());
    }
  }

  ClaimsOptions claims() const {
    ClaimsOptions options;
    const auto given_path = text("claims_namespace_path");
    const auto given_namespace = text("claims_namespace");
    if (given_path && given_namespace) {
      refuse("claims_namespace and claims_namespace_path both cannot be set");
    }
    if (given_path) options.namespace_path = path(*given_path);
    if (given_namespace) options.claims_namespace = *given_namespace;
    const std::string format = text("claims_format").value_or("json");
    options.is_stringified = format == "stringified_json";
    if (format != "json" && !options.is_stringified) {
      refuse("\"claims_format\" is json or stringified_json");
    }
    if (const Json* map = at("claims_map")) options.map = claims_map(*map);
    return options;
  }

  std::map<std::string, MappedClaim> claims_map(const Json& map) const {
    if (!map.is_object()) refuse("\"claims_map\" must be an object");
    std::map<std::string, MappedClaim> result;
    for (const auto& [name, value] : map.items()) {
      std::string variable = name;
      for (char& c : variable) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
      if (!variable.starts_with("x-hasura-")) {
        refuse("\"" + name + "\" of claims_map is no session variable (x-hasura-*)");
      }
      result[variable] = mapped(variable, value);
    }
    for (const auto required : kRequired) {
      if (!result.contains(std::string(required))) {
        refuse(std::string(required) + " is expected but not found in claims_map");
      }
    }
    return result;
  }

  MappedClaim mapped(const std::string& variable, const Json& value) const {
    if (!value.is_object()) return {std::nullopt, checked(variable, value)};
    const auto found = value.find("path");
    if (found == value.end() || !found->is_string()) {
      refuse(variable + " of claims_map needs a \"path\"");
    }
    const auto fallback = value.find("default");
    return {path(found->get<std::string>()),
            fallback == value.end() ? std::nullopt : std::optional(checked(variable, *fallback))};
  }

  Json checked(const std::string& variable, const Json& value) const {
    const bool is_list = variable == kRequired[0];
    const bool is_right =
        is_list ? value.is_array() && std::all_of(value.begin(), value.end(),
                                                  [](const Json& role) { return role.is_string(); })
                : value.is_string();
    if (is_right) return value;
    refuse(variable + " of claims_map must be " + (is_list ? "a list of roles" : "a string"));
  }

  // An object, or one as a string, as older versions of Hasura's documentation have it.
  TokenPlace place() const {
    const Json* value = at("header");
    if (value == nullptr) return {};
    Json header = *value;
    if (header.is_string()) header = Json::parse(header.get<std::string>(), nullptr, false);
    const auto word = [&](const char* name) {
      return header.is_object() && header.contains(name) && header[name].is_string()
                 ? header[name].get<std::string>()
                 : std::string();
    };
    const std::string kind = word("type");
    std::string name = word("name");
    if (kind == "Authorization") return {};
    if (name.empty() || (kind != "Cookie" && kind != "CustomHeader")) {
      refuse(R"("header" is {"type": "Authorization"}, {"type": "Cookie", "name": …} or )"
             R"({"type": "CustomHeader", "name": …})");
    }
    if (kind == "Cookie") return {TokenPlace::Kind::cookie, name};
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return {TokenPlace::Kind::header, name};
  }

  const std::string& source_;
  const Json& object_;
};

}  // namespace

const Json* JsonPath::find_in(const Json& root) const {
  const Json* at = &root;
  for (const auto& step : steps) {
    if (at->is_object()) {
      const auto found = at->find(step);
      if (found == at->end()) return nullptr;
      at = &*found;
      continue;
    }
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
    if (!at->is_array() || error != std::errc() || end != step.data() + step.size() ||
        index >= at->size()) {
      return nullptr;
    }
    at = &(*at)[index];
  }
  return at;
}

std::vector<JwtOptions> parse_jwt_options(const std::string& source, std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    throw Error(ErrorKind::invalid_argument, "read", source, "it is not JSON");
  }
  std::vector<JwtOptions> result;
  if (!json.is_array()) json = Json::array({json});
  for (const Json& each : json) result.push_back(Reader(source, each).read());
  if (result.empty()) throw Error(ErrorKind::invalid_argument, "read", source, "it is empty");
  return result;
}

}  // namespace edo::auth
