// Keys that check the signatures of tokens (RFC 7515, 7517, 7518 and 8037). OpenSSL does it itself,
// since the token libraries of Debian 12 know neither EdDSA nor, in one interface, both releases.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace edo::auth {

// How a token is signed: the `alg` of its header.
struct Algorithm;

// HS256, RS256, PS256, ES256 (and 384, 512), EdDSA or Ed25519. Null for others, such as "none".
[[nodiscard]] const Algorithm* find_algorithm(std::string_view name) noexcept;

// Bytes of unpadded base64url. Nothing if it is not valid.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

class Key {
 public:
  // `text` is a shared secret for HS*, otherwise a public key, certificate or certificate request
  // in PEM. Throws Error: invalid_argument.
  Key(std::string_view type, const std::string& text);

  // A public key of a published set. Nothing if the key is invalid, weak, a secret, or not for
  // signatures: sets may hold keys for other purposes.
  [[nodiscard]] static std::optional<Key> from_jwk(const nlohmann::json& jwk);

  // Whether this key, used as it is meant to be, made the signature. `id` is the token's `kid`,
  // empty if it has none. Any thread may call it.
  [[nodiscard]] bool verifies(const Algorithm& algorithm, std::string_view id,
                              std::string_view content, std::string_view signature) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const noexcept;
  };
  using Handle = std::unique_ptr<EVP_PKEY, Free>;

  Key(Handle key, const Algorithm* only, std::string id);
  [[nodiscard]] bool suits(const Algorithm& algorithm) const;

  std::string secret_;
  Handle key_;                       // null for a shared secret
  const Algorithm* only_ = nullptr;  // if the key is for one algorithm only
  std::string id_;
};

}  // namespace edo::auth
