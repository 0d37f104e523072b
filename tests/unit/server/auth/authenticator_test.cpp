#include "tools/server/auth/authenticator.hpp"

#include <catch2/catch.hpp>

#include "edo/error.hpp"
#include "tools/server/language/error.hpp"

namespace edo::auth {
namespace {

using Catch::Matchers::Message;
using Map = std::map<std::string, std::string>;

using protocol::Headers;

const Options kOpen;
const Options kSecret{.admin_secret = "s3cret"};
const Options kWithRole{.admin_secret = "s3cret", .unauthorized_role = "anonymous"};

language::Session authenticate(const Options& options, const Headers& headers) {
  return Authenticator(options).identify(headers).session;
}

TEST_CASE(
    "a client with the secret, or without need of one, chooses its role and session variables") {
  const Headers headers = {{"x-hasura-admin-secret", "s3cret"},
                           {"x-hasura-role", "user"},
                           {"x-hasura-user-id", "7"},
                           {"accept", "*/*"}};
  for (const auto& options : {kOpen, kSecret, kWithRole}) {
    const language::Session session = authenticate(options, headers);
    CHECK(session.role == "user");
    CHECK(session.variables == Map{{"x-hasura-role", "user"}, {"x-hasura-user-id", "7"}});
  }
}

TEST_CASE("without a role, the client is admin") {
  CHECK(authenticate(kOpen, {}).role == "admin");
  CHECK(authenticate(kSecret, {{"x-hasura-admin-secret", "s3cret"}}).role == "admin");
  CHECK(authenticate(kSecret, {{"x-hasura-access-key", "s3cret"}}).role == "admin");
}

TEST_CASE("a role that a proxy left empty is not admin") {
  CHECK_THROWS_MATCHES(authenticate(kOpen, {{"x-hasura-role", ""}}), language::RequestError,
                       Message("x-hasura-role is empty"));
}

TEST_CASE("a wrong secret is refused, even if none is required") {
  for (const auto& options : {kSecret, kWithRole}) {
    for (const std::string given : {"", "s3cre", "s3crets", "S3cret", "s3crets3cret"}) {
      CAPTURE(given);
      CHECK_THROWS_MATCHES(authenticate(options, {{"x-hasura-admin-secret", given}}),
                           language::RequestError,
                           Message("invalid x-hasura-admin-secret/x-hasura-access-key"));
    }
  }
}

TEST_CASE("without a secret, a client gets the unauthorized role or is refused") {
  CHECK_THROWS_MATCHES(
      authenticate(kSecret, {{"x-hasura-role", "admin"}}), language::RequestError,
      Message("x-hasura-admin-secret/x-hasura-access-key required, but not found"));
  const language::Session session =
      authenticate(kWithRole, {{"x-hasura-role", "admin"}, {"x-hasura-user-id", "7"}});
  CHECK(session.role == "anonymous");
  CHECK(session.variables.at("x-hasura-role") == "anonymous");
  CHECK(session.variables.at("x-hasura-user-id") == "7");
}

TEST_CASE("options that would let everybody in, or contradict each other, are refused") {
  const std::vector<JwtOptions> jwt(1);
  const WebhookOptions webhook{.url = "http://localhost/"};
  struct Case {
    Options options;
    std::string why;
  };
  for (const auto& [options, why] : {
           Case{{.unauthorized_role = "user"}, "no admin secret is set"},
           Case{{.admin_secret = "s", .unauthorized_role = "admin"}, "everybody would be admin"},
           Case{{.jwt = jwt}, "no admin secret is set"},
           Case{{.webhook = webhook}, "no admin secret is set"},
           Case{{.admin_secret = "s", .jwt = jwt, .webhook = webhook}, "choose"},
           Case{{.admin_secret = "s", .unauthorized_role = "user", .webhook = webhook}, "webhook"},
           Case{{.admin_secret = "s", .webhook = WebhookOptions{.url = "localhost"}}, "http://"},
       }) {
    CHECK_THROWS_MATCHES(Authenticator(options), Error,
                         Catch::Matchers::Predicate<Error>(
                             [&](const Error& error) {
                               return std::string(error.what()).find(why) != std::string::npos;
                             },
                             why));
  }
}

}  // namespace
}  // namespace edo::auth
