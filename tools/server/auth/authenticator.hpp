// Finds out who a client is, as Hasura does. With the admin secret, it chooses its role and its
// session variables; without, a token or a webhook tells them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tools/server/auth/identity.hpp"
#include "tools/server/auth/jwt_options.hpp"
#include "tools/server/auth/published_keys.hpp"
#include "tools/server/auth/webhook.hpp"
#include "tools/server/protocol/headers.hpp"

namespace edo::auth {

struct Options {
  std::string admin_secret = {};                      // empty: every client is trusted
  std::optional<std::string> unauthorized_role = {};  // of requests without a secret or a token
  std::vector<JwtOptions> jwt = {};
  std::optional<WebhookOptions> webhook = {};
};

// The secret in the headers, right or wrong; nothing if there is none.
[[nodiscard]] std::optional<std::string_view> given_secret(const protocol::Headers& headers);

// Takes the same time wherever the two differ, so that it reveals nothing.
[[nodiscard]] bool equal_in_constant_time(std::string_view secret, std::string_view given) noexcept;

class Authenticator {
 public:
  using Clock = std::function<SystemTime()>;
  using Report = std::function<void(const std::string&)>;

  // Throws Error invalid_argument for options that contradict each other or would let everybody in,
  // and for unusable keys. `report` gets failures of other servers, in any thread.
  explicit Authenticator(
      const Options& options, Report report = [](const std::string&) {},
      Clock clock = std::chrono::system_clock::now);

  // Any thread may call it, and it waits for no other server. Throws RequestError.
  [[nodiscard]] Identity identify(const protocol::Headers& headers) const;

  // Whether the webhook has to tell who sent these headers. Then ask() finds it out instead.
  [[nodiscard]] bool must_ask(const protocol::Headers& headers) const;
  // As Webhook::ask().
  void ask(protocol::Headers headers, std::shared_ptr<const std::string> body, std::stop_token stop,
           Webhook::Done done) const;

  [[nodiscard]] bool has_webhook() const noexcept { return webhook_ != nullptr; }
  [[nodiscard]] SystemTime now() const { return clock_(); }

 private:
  // Who issues tokens: its options, and its keys from there or from a URL.
  struct Issuer {
    Issuer(const JwtOptions& given, const Report& report);
    [[nodiscard]] Keys keys() const { return published ? published->keys() : own; }

    JwtOptions options;
    Keys own;
    std::unique_ptr<PublishedKeys> published;
  };

  [[nodiscard]] Identity with_secret(const protocol::Headers& headers) const;
  [[nodiscard]] Identity without_secret(const protocol::Headers& headers, const char* code,
                                        const char* refusal) const;
  [[nodiscard]] Identity with_token(const protocol::Headers& headers) const;

  const std::string admin_secret_;
  const std::optional<std::string> unauthorized_role_;
  const Report report_;
  const Clock clock_;
  std::vector<Issuer> issuers_;
  std::unique_ptr<Webhook> webhook_;
};

}  // namespace edo::auth
