#include "tools/edo/hasura_environment.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "edo/error.hpp"

namespace edo::cli {
namespace {

constexpr std::string_view kPrefix = "HASURA_GRAPHQL_";

// Without the prefix. Options of edo serve read them, or serve.cpp does.
constexpr std::string_view kRead[] = {"ACCESS_KEY",
                                      "ADMIN_SECRET",
                                      "AUTH_HOOK",
                                      "AUTH_HOOK_MODE",
                                      "AUTH_HOOK_SEND_REQUEST_BODY",
                                      "CORS_DOMAIN",
                                      "DISABLE_CORS",
                                      "ENABLE_ALLOWLIST",
                                      "INFER_FUNCTION_PERMISSIONS",
                                      "JWT_SECRET",
                                      "JWT_SECRETS",
                                      "STRINGIFY_NUMERIC_TYPES",
                                      "UNAUTHORIZED_ROLE"};

// They sound as if they mattered here, but are about what edo serve does not have: remote schemas,
// secrets in files, and a WebSocket that ignores cookies although its page may use the API.
constexpr std::string_view kWithoutEffect[] = {
    "DYNAMIC_SECRETS_ALLOWED_PATH_PREFIX", "ENABLE_REMOTE_SCHEMA_PERMISSIONS", "WS_READ_COOKIE"};

// A variable with one of these in its name may change who may read what, also one of a newer Hasura
// or one that is misspelt.
constexpr std::string_view kMatters[] = {"ACCESS", "ALLOW",      "AUTH", "CORS",   "INTROSPECTION",
                                         "JWT",    "PERMISSION", "ROLE", "SECRET", "SSO"};

template <std::size_t size>
bool contains(const std::string_view (&names)[size], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool matters(std::string_view name) {
  return std::any_of(std::begin(kMatters), std::end(kMatters), [&](std::string_view word) {
    return name.find(word) != std::string_view::npos;
  });
}

[[noreturn]] void refuse(std::string_view variable, const std::string& why) {
  throw Error(ErrorKind::invalid_argument, "read the environment variable", variable, why);
}

}  // namespace

std::string first_variable(std::initializer_list<const char*> names, const char* otherwise) {
  const auto* const found = std::find_if(names.begin(), names.end(), [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  });
  return found == names.end() ? otherwise : *found;
}

std::vector<std::string> check_hasura_environment(char** environment) {
  std::vector<std::string> without_effect;
  for (char** entry = environment; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view variable = text.substr(0, text.find('='));
    if (!variable.starts_with(kPrefix) || variable.size() + 1 >= text.size()) continue;
    const std::string_view name = variable.substr(kPrefix.size());
    if (contains(kRead, name)) continue;
    if (!contains(kWithoutEffect, name) && matters(name)) {
      refuse(variable, "edo serve does not know it, and it may change who may read what; unset it");
    }
    // The API that is served here is the one that it may switch off.
    if (name == "ENABLED_APIS" && text.find("graphql") == std::string_view::npos) {
      refuse(variable, "it switches off GraphQL, which edo serve is for");
    }
    without_effect.emplace_back(variable);
  }
  return without_effect;
}

bool boolean_variable(const char* name, bool otherwise) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return otherwise;
  std::string text = value;
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  constexpr std::string_view kTrue[] = {"true", "t", "yes", "y"};
  constexpr std::string_view kFalse[] = {"false", "f", "no", "n"};
  if (contains(kTrue, text)) return true;
  if (contains(kFalse, text)) return false;
  refuse(name, "\"" + text + "\" is neither true nor false");
}

}  // namespace edo::cli
