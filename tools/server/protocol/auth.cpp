#include "tools/server/protocol/auth.hpp"

namespace edo::protocol {
namespace {

constexpr std::string_view kRole = "x-hasura-role";
constexpr std::string_view kSecret = "x-hasura-admin-secret";
constexpr std::string_view kOldSecret = "x-hasura-access-key";

language::RequestError denied(const std::string& why) { return {"access-denied", "$", why}; }

std::map<std::string, std::string> session_variables(const Headers& headers) {
  std::map<std::string, std::string> variables;
  for (const auto& [name, value] : headers) {
    if (name.starts_with("x-hasura-") && name != kSecret && name != kOldSecret) {
      variables.emplace(name, value);
    }
  }
  return variables;
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
  const auto given = find_header(headers, kSecret);
  return given ? given : find_header(headers, kOldSecret);
}

language::Session authenticate(const AuthOptions& options, const Headers& headers) {
  language::Session session{.variables = session_variables(headers)};
  if (!options.admin_secret.empty()) {
    const auto given = given_secret(headers);
    if (!given) {
      if (!options.unauthorized_role) {
        throw denied("x-hasura-admin-secret/x-hasura-access-key required, but not found");
      }
      session.role = *options.unauthorized_role;
      session.variables[std::string(kRole)] = session.role;
      return session;
    }
    if (!equal_in_constant_time(options.admin_secret, *given)) {
      throw denied("invalid x-hasura-admin-secret/x-hasura-access-key");
    }
  }
  if (const auto role = find_header(headers, kRole)) {
    // A proxy that leaves the header empty must not make every client admin.
    if (role->empty()) throw denied("x-hasura-role is empty");
    session.role = *role;
  }
  session.variables[std::string(kRole)] = session.role;
  return session;
}

}  // namespace edo::protocol
