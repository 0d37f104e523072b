#include "base/secret_key.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace edo::base {
namespace {

TEST_CASE("secret keys are recognised by their words, however they are written") {
  for (const char* key : {"password",
                          "PASSWORD",
                          "dbPassword",
                          "password_hash",
                          "userpasswd",
                          "sshKeyPassphrase",
                          "secret",
                          "clientSecret",
                          "client_secret",
                          "secretAccessKey",
                          "x-hasura-admin-secret",
                          "secrets",
                          "token",
                          "accessToken",
                          "access_token",
                          "ID-Token",
                          "accesstoken",
                          "CSRFToken",
                          "authorization",
                          "Proxy-Authorization",
                          "cookie",
                          "set-cookie",
                          "cookies",
                          "credentials",
                          "apiKey",
                          "api_key",
                          "API-KEY",
                          "APIKey",
                          "x-api-key",
                          "stripeApikey",
                          "privateKey",
                          "encryption_key",
                          "creditCard",
                          "credit_card",
                          "card number",
                          "cardNumber",
                          "cvv",
                          "card_cvc",
                          "mysql_pwd",
                          "jwt",
                          "ssn",
                          "passcode",
                          "authorizationHeader",
                          "signingKey",
                          "apiKeys",
                          "privatekeys",
                          "password_"}) {
    CAPTURE(key);
    CHECK(is_secret_key(key));
  }
}

TEST_CASE("other keys are not, whatever they contain") {
  for (const char* key : {"",
                          "_",
                          "key",
                          "card",
                          "updated_by",
                          "sourceTrackingToken",
                          "tracking_token",
                          "trackingtoken",
                          "x-correlation-id",
                          "max_tokens",
                          "tokens",
                          "tokenCount",
                          "tokenizer",
                          "secretary",
                          "authorizationStatus",
                          "authorized",
                          "cookieConsent",
                          "apiKeyCount",
                          "keyboard",
                          "primary_key",
                          "session_variables",
                          "pass",
                          "author",
                          "discard numbers",
                          "nextPageToken",
                          "page_token",
                          "NextToken",
                          "cancelToken",
                          "passwordChangedAt",
                          "secret_rotated_at"}) {
    CAPTURE(key);
    CHECK_FALSE(is_secret_key(key));
  }
}

TEST_CASE("a key may have any bytes and any length; of a long one, the end counts") {
  CHECK(is_secret_key(std::string(1000, 'X') + "Token"));
  CHECK_FALSE(is_secret_key("password" + std::string(1000, 'x')));
  CHECK(is_secret_key("\xFF\xFEpassword"));
  for (int byte = 0; byte < 256; ++byte) {
    CHECK_FALSE(is_secret_key(std::string(300, static_cast<char>(byte))));
  }
}

}  // namespace
}  // namespace edo::base
