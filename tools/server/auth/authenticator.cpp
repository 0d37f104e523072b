#include "tools/server/auth/authenticator.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "edo/error.hpp"
#include "tools/server/auth/claims.hpp"
#include "tools/server/auth/token.hpp"
#include "tools/server/language/error.hpp"

namespace edo::auth {
namespace {

using language::RequestError;
using protocol::Headers;

constexpr std::string_view kRole = "x-hasura-role";
constexpr std::string_view kSecret = "x-hasura-admin-secret";
constexpr std::string_view kOldSecret = "x-hasura-access-key";
constexpr const char* kNoSecret =
    "no admin secret is set, so everybody would be admin; set $EDO_ADMIN_SECRET";

RequestError denied(const std::string& why) { return {"access-denied", "$", why}; }

std::map<std::string, std::string> session_variables(const Headers& headers) {
  std::map<std::string, std::string> variables;
  for (const auto& [name, value] : headers) {
    if (name.starts_with("x-hasura-") && name != kSecret && name != kOldSecret) {
      variables.emplace(name, value);
    }
  }
  return variables;
}

Identity in_role(std::string role, const Headers& headers) {
  Identity identity{.session = {std::move(role), session_variables(headers)},
                    .expires = {},
                    .response_headers = {}};
  identity.session.variables[std::string(kRole)] = identity.session.role;
  return identity;
}

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_bearer(std::string_view scheme) {
  constexpr std::string_view kBearer = "bearer";
  return std::equal(scheme.begin(), scheme.end(), kBearer.begin(), kBearer.end(),
                    [](char given, char wanted) { return (given | 0x20) == wanted; });
}

std::string_view bearer_token(std::string_view header) {
  const auto space = std::min(header.find(' '), header.size());
  const std::string_view token = without_spaces(header.substr(space));
  if (!is_bearer(header.substr(0, space)) || token.empty() ||
      token.find(' ') != std::string_view::npos) {
    throw RequestError("invalid-headers", "$", "Malformed Authorization header");
  }
  return token;
}

std::optional<std::string_view> cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::string_view one = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(header.size(), one.size() + 1));
    const auto equals = one.find('=');
    if (equals == std::string_view::npos || without_spaces(one.substr(0, equals)) != name) continue;
    return without_spaces(one.substr(equals + 1));
  }
  return std::nullopt;
}

std::optional<std::string_view> token_at(const TokenPlace& place, const Headers& headers) {
  switch (place.kind) {
    case TokenPlace::Kind::cookie: {
      const auto header = protocol::find_header(headers, "cookie");
      return header ? cookie_value(*header, place.name) : std::nullopt;
    }
    case TokenPlace::Kind::header:
      return protocol::find_header(headers, place.name);
    default: {
      const auto header = protocol::find_header(headers, "authorization");
      return header ? std::optional(bearer_token(*header)) : std::nullopt;
    }
  }
}

// An issuer that is missing on either side matches.
bool may_be_from(std::string_view token, const JwtOptions& options) {
  if (!options.issuer) return true;
  const auto claimed = claimed_issuer(token);
  return !claimed || *claimed == *options.issuer;
}

void check_ways(const Options& options) {
  const auto refuse = [](const char* with, const char* why) {
    throw Error(ErrorKind::invalid_argument, "authenticate with", with, why);
  };
  if (!options.jwt.empty() && options.webhook) {
    refuse("tokens and a webhook", "choose --jwt-secret or --auth-hook");
  }
  if (options.admin_secret.empty() && (!options.jwt.empty() || options.webhook)) {
    refuse(options.webhook ? "a webhook" : "tokens", kNoSecret);
  }
}

void check_unauthorized_role(const Options& options) {
  if (!options.unauthorized_role) return;
  const auto refuse = [&](const char* why) {
    throw Error(ErrorKind::invalid_argument, "give requests without the admin secret the role",
                *options.unauthorized_role, why);
  };
  if (*options.unauthorized_role == "admin") refuse("everybody would be admin");
  if (options.webhook) refuse("the webhook of --auth-hook tells their role");
  if (options.admin_secret.empty()) refuse(kNoSecret);
}

}  // namespace

bool equal_in_constant_time(std::string_view secret, std::string_view given) noexcept {
  // Compares every byte of the given secret with some byte of ours, so the time depends only on the
  // length of the given one.
  unsigned difference = secret.size() == given.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const char own = secret.empty() ? '\0' : secret[i % secret.size()];
    difference |= static_cast<unsigned char>(own) ^ static_cast<unsigned char>(given[i]);
    // Without this, the compiler may end the loop as soon as the result is known.
    asm volatile("" : "+r"(difference));
  }
  return difference == 0;
}

std::optional<std::string_view> given_secret(const Headers& headers) {
  const auto given = protocol::find_header(headers, kSecret);
  return given ? given : protocol::find_header(headers, kOldSecret);
}

Authenticator::Issuer::Issuer(const JwtOptions& given, const Report& report) : options(given) {
  if (!given.keys_url.empty()) {
    published = std::make_unique<PublishedKeys>(given.keys_url, report);
    return;
  }
  auto keys = std::make_shared<std::vector<Key>>();
  keys->emplace_back(given.type, given.key);
  own = std::move(keys);
}

Authenticator::Authenticator(const Options& options, Report report, Clock clock)
    : admin_secret_(options.admin_secret),
      unauthorized_role_(options.unauthorized_role),
      report_(std::move(report)),
      clock_(std::move(clock)) {
  check_ways(options);
  check_unauthorized_role(options);
  for (const auto& jwt : options.jwt) issuers_.emplace_back(jwt, report_);
  if (options.webhook) webhook_ = std::make_unique<Webhook>(*options.webhook, report_);
}

bool Authenticator::must_ask(const Headers& headers) const {
  return webhook_ != nullptr && !given_secret(headers);
}

void Authenticator::ask(Headers headers, std::shared_ptr<const std::string> body,
                        std::stop_token stop, Webhook::Done done) const {
  webhook_->ask(std::move(headers), std::move(body), std::move(stop), std::move(done));
}

Identity Authenticator::identify(const Headers& headers) const {
  if (admin_secret_.empty() || given_secret(headers)) return with_secret(headers);
  if (!issuers_.empty()) return with_token(headers);
  return without_secret(headers, "access-denied",
                        "x-hasura-admin-secret/x-hasura-access-key required, but not found");
}

Identity Authenticator::with_secret(const Headers& headers) const {
  if (!admin_secret_.empty() && !equal_in_constant_time(admin_secret_, *given_secret(headers))) {
    throw denied("invalid x-hasura-admin-secret/x-hasura-access-key");
  }
  const auto role = protocol::find_header(headers, kRole);
  // A proxy that leaves the header empty must not make every client admin.
  if (role && role->empty()) throw denied("x-hasura-role is empty");
  return in_role(std::string(role.value_or("admin")), headers);
}

Identity Authenticator::without_secret(const Headers& headers, const char* code,
                                       const char* refusal) const {
  if (!unauthorized_role_) throw RequestError(code, "$", refusal);
  return in_role(*unauthorized_role_, headers);
}

Identity Authenticator::with_token(const Headers& headers) const {
  const Issuer* issuer = nullptr;
  std::string_view token;
  bool is_from_other = false;
  for (const auto& each : issuers_) {
    const auto given = token_at(each.options.place, headers);
    if (!given) continue;
    if (!may_be_from(*given, each.options)) {
      is_from_other = true;
      continue;
    }
    if (issuer != nullptr) {
      throw RequestError("invalid-headers", "$", "Could not verify JWT: Multiple JWTs found");
    }
    issuer = &each;
    token = *given;
  }
  if (issuer == nullptr) {
    if (is_from_other) {
      throw RequestError("invalid-jwt", "$", "Could not verify JWT: JWTNotInIssuer");
    }
    return without_secret(headers, "invalid-headers",
                          "Missing 'Authorization' or 'Cookie' header in JWT authentication mode");
  }
  const auto verified = verify_token(token, *issuer->keys(), issuer->options, now());
  return {
      session_of(verified.claims, issuer->options.claims, protocol::find_header(headers, kRole)),
      verified.expires,
      {}};
}

}  // namespace edo::auth
