#include "tools/server/auth/keys.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "edo/error.hpp"

namespace edo::auth {

using Json = nlohmann::json;

enum class Family { secret, rsa, rsa_pss, elliptic, edwards };

struct Algorithm {
  std::string_view name;
  Family family;
  const char* digest;           // OpenSSL's names, also of the curve
  const char* curve = nullptr;  // of Family::elliptic
  std::size_t bytes = 0;        // of the digest, or of a coordinate
};

namespace {

constexpr std::array<Algorithm, 13> kAlgorithms = {{
    {"HS256", Family::secret, "SHA256", nullptr, 32},
    {"HS384", Family::secret, "SHA384", nullptr, 48},
    {"HS512", Family::secret, "SHA512", nullptr, 64},
    {"RS256", Family::rsa, "SHA256"},
    {"RS384", Family::rsa, "SHA384"},
    {"RS512", Family::rsa, "SHA512"},
    {"PS256", Family::rsa_pss, "SHA256"},
    {"PS384", Family::rsa_pss, "SHA384"},
    {"PS512", Family::rsa_pss, "SHA512"},
    {"ES256", Family::elliptic, "SHA256", "prime256v1", 32},
    {"ES384", Family::elliptic, "SHA384", "secp384r1", 48},
    {"ES512", Family::elliptic, "SHA512", "secp521r1", 66},
    {"EdDSA", Family::edwards, nullptr},
}};

constexpr int kWeakRsa = 2047;  // bits

template <auto free>
struct FreeWith {
  template <typename T>
  void operator()(T* what) const noexcept {
    free(what);
  }
};
template <typename T, auto free>
using Owned = std::unique_ptr<T, FreeWith<free>>;
using Bio = Owned<BIO, BIO_free>;
using Certificate = Owned<X509, X509_free>;
using CertificateRequest = Owned<X509_REQ, X509_REQ_free>;
using Decoder = Owned<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Number = Owned<BIGNUM, BN_free>;
using ParameterBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Signature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

// OpenSSL's errors stay in the thread and would be taken for those of its next TLS connection.
struct ForgetErrors {
  ForgetErrors() = default;
  ForgetErrors(const ForgetErrors&) = delete;
  ForgetErrors& operator=(const ForgetErrors&) = delete;
  ~ForgetErrors() { ERR_clear_error(); }
};

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error unusable(std::string_view type, const std::string& why) {
  return {ErrorKind::invalid_argument, "read the key of type", type, why};
}

Bio memory_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

EVP_PKEY* decoded_public_key(const std::string& pem) {
  EVP_PKEY* key = nullptr;
  const Decoder decoder(OSSL_DECODER_CTX_new_for_pkey(&key, "PEM", nullptr, nullptr,
                                                      EVP_PKEY_PUBLIC_KEY, nullptr, nullptr));
  const Bio from = memory_of(pem);
  if (decoder != nullptr && from != nullptr) (void)OSSL_DECODER_from_bio(decoder.get(), from.get());
  return key;
}

EVP_PKEY* key_of_certificate(const std::string& pem) {
  const Certificate found(PEM_read_bio_X509(memory_of(pem).get(), nullptr, nullptr, nullptr));
  return found == nullptr ? nullptr : X509_get_pubkey(found.get());
}

EVP_PKEY* key_of_request(const std::string& pem) {
  const CertificateRequest found(
      PEM_read_bio_X509_REQ(memory_of(pem).get(), nullptr, nullptr, nullptr));
  return found == nullptr ? nullptr : X509_REQ_get_pubkey(found.get());
}

EVP_PKEY* key_of_pem(const std::string& pem) {
  for (auto* const read : {decoded_public_key, key_of_certificate, key_of_request}) {
    if (EVP_PKEY* key = read(pem); key != nullptr) return key;
  }
  return nullptr;
}

std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string bytes_at(const Json& object, const char* name) {
  return from_base64url(text_at(object, name)).value_or(std::string());
}

EVP_PKEY* key_from(const char* kind, OSSL_PARAM* parameters) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  (void)EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters);
  return key;
}

EVP_PKEY* rsa_key(const Json& jwk) {
  const auto number = [&](const char* name) {
    const std::string bytes = bytes_at(jwk, name);
    return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
  };
  const Number n = number("n");
  const Number e = number("e");
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  return parameters == nullptr ? nullptr : key_from("RSA", parameters.get());
}

// JOSE's name of a curve belongs to one algorithm: P-256 to ES256.
const Algorithm* algorithm_of_curve(std::string_view curve) {
  if (curve == "P-256") return find_algorithm("ES256");
  if (curve == "P-384") return find_algorithm("ES384");
  if (curve == "P-521") return find_algorithm("ES512");
  return nullptr;
}

EVP_PKEY* elliptic_key(const Json& jwk) {
  const Algorithm* algorithm = algorithm_of_curve(text_at(jwk, "crv"));
  const std::string x = bytes_at(jwk, "x");
  const std::string y = bytes_at(jwk, "y");
  if (algorithm == nullptr || x.size() != algorithm->bytes || y.size() != algorithm->bytes) {
    return nullptr;
  }
  const std::string point = '\x04' + x + y;  // uncompressed; OpenSSL checks that it is on the curve
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, algorithm->curve, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  return parameters == nullptr ? nullptr : key_from("EC", parameters.get());
}

EVP_PKEY* edwards_key(const Json& jwk) {
  if (text_at(jwk, "crv") != "Ed25519") return nullptr;
  const std::string x = bytes_at(jwk, "x");
  return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size());
}

EVP_PKEY* key_of_jwk(const Json& jwk) {
  const std::string kind = text_at(jwk, "kty");
  if (kind == "RSA") return rsa_key(jwk);
  if (kind == "EC") return elliptic_key(jwk);
  if (kind == "OKP") return edwards_key(jwk);
  return nullptr;
}

bool is_for_signatures(const Json& jwk) {
  const auto operations = jwk.find("key_ops");
  if (operations != jwk.end() && operations->is_array() &&
      std::find(operations->begin(), operations->end(), "verify") == operations->end()) {
    return false;
  }
  return !jwk.contains("use") || text_at(jwk, "use") == "sig";
}

bool is_weak(const EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) <= kWeakRsa;
}

std::string curve_of(const EVP_PKEY* key) {
  std::array<char, 80> name{};
  return EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr) == 1 ? name.data() : "";
}

bool verifies_secret(const Algorithm& algorithm, const std::string& secret,
                     std::string_view content, std::string_view signature) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> expected{};
  unsigned size = 0;
  if (HMAC(EVP_get_digestbyname(algorithm.digest), secret.data(), static_cast<int>(secret.size()),
           bytes_of(content), content.size(), expected.data(), &size) == nullptr) {
    return false;
  }
  return signature.size() == size && CRYPTO_memcmp(expected.data(), signature.data(), size) == 0;
}

// JOSE has the two numbers side by side, OpenSSL wants them in ASN.1.
std::optional<std::string> in_asn1(std::string_view signature, std::size_t bytes) {
  if (signature.size() != 2 * bytes) return std::nullopt;
  const auto number = [&](std::size_t at) {
    return BN_bin2bn(bytes_of(signature.substr(at)), static_cast<int>(bytes), nullptr);
  };
  const Signature both(ECDSA_SIG_new());
  if (both == nullptr || ECDSA_SIG_set0(both.get(), number(0), number(bytes)) != 1) {
    return std::nullopt;
  }
  unsigned char* encoded = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &encoded);
  if (size <= 0) return std::nullopt;
  std::string result(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
  OPENSSL_free(encoded);
  return result;
}

bool verifies_with(EVP_PKEY* key, const Algorithm& algorithm, std::string_view content,
                   std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* details = nullptr;  // belongs to the context
  if (context == nullptr || EVP_DigestVerifyInit_ex(context.get(), &details, algorithm.digest,
                                                    nullptr, nullptr, key, nullptr) != 1) {
    return false;
  }
  if (algorithm.family == Family::rsa_pss &&
      (EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(content),
                          content.size()) == 1;
}

}  // namespace

const Algorithm* find_algorithm(std::string_view name) noexcept {
  if (name == "Ed25519") name = "EdDSA";  // its newer name
  const auto* const found =
      std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                   [&](const Algorithm& algorithm) { return algorithm.name == name; });
  return found == kAlgorithms.end() ? nullptr : found;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string padded(text);
  for (char& c : padded) {
    if (c == '+' || c == '/' || c == '=' || c <= ' ') return std::nullopt;
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  const std::size_t padding = (4 - padded.size() % 4) % 4;
  padded.append(padding, '=');
  std::string bytes(padded.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(padded),
                                   static_cast<int>(padded.size()));
  const ForgetErrors forget;
  if (size < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

void Key::Free::operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }

Key::Key(Handle key, const Algorithm* only, std::string id)
    : key_(std::move(key)), only_(only), id_(std::move(id)) {}

Key::Key(std::string_view type, const std::string& text) : only_(find_algorithm(type)) {
  const ForgetErrors forget;
  if (only_ == nullptr) {
    throw unusable(type,
                   "the type is not supported; HS256, RS256, PS256, ES256 (and 384, 512) and "
                   "Ed25519 are");
  }
  const bool is_pem = text.find("-----BEGIN ") != std::string::npos;
  if (only_->family == Family::secret) {
    if (is_pem) throw unusable(type, "it is in PEM, which is for RS*, PS*, ES* and Ed25519");
    if (text.size() < only_->bytes) {
      throw unusable(type, "it must have at least " + std::to_string(only_->bytes) + " characters");
    }
    secret_ = text;
    return;
  }
  key_.reset(is_pem ? key_of_pem(text) : nullptr);
  if (key_ == nullptr) throw unusable(type, "it is not a public key or a certificate in PEM");
  if (!suits(*only_)) throw unusable(type, "it is a key of another type");
  if (is_weak(key_.get())) throw unusable(type, "it must have at least 2048 bits");
}

std::optional<Key> Key::from_jwk(const Json& jwk) {
  const ForgetErrors forget;
  if (!jwk.is_object() || !is_for_signatures(jwk)) return std::nullopt;
  const Algorithm* only = find_algorithm(text_at(jwk, "alg"));
  if (only == nullptr && jwk.contains("alg")) return std::nullopt;
  Key key(Handle(key_of_jwk(jwk)), only, text_at(jwk, "kid"));
  if (key.key_ == nullptr || is_weak(key.key_.get())) return std::nullopt;
  return key;
}

bool Key::suits(const Algorithm& algorithm) const {
  if (only_ != nullptr && only_ != &algorithm) return false;
  if (algorithm.family == Family::secret) return key_ == nullptr;
  if (key_ == nullptr) return false;
  switch (algorithm.family) {
    case Family::elliptic:
      return EVP_PKEY_is_a(key_.get(), "EC") == 1 && curve_of(key_.get()) == algorithm.curve;
    case Family::edwards:
      return EVP_PKEY_is_a(key_.get(), "ED25519") == 1;
    default:
      return EVP_PKEY_is_a(key_.get(), "RSA") == 1;
  }
}

bool Key::verifies(const Algorithm& algorithm, std::string_view id, std::string_view content,
                   std::string_view signature) const {
  if (!suits(algorithm) || (!id.empty() && !id_.empty() && id != id_)) return false;
  const ForgetErrors forget;
  if (algorithm.family == Family::secret) {
    return verifies_secret(algorithm, secret_, content, signature);
  }
  if (algorithm.family != Family::elliptic) {
    return verifies_with(key_.get(), algorithm, content, signature);
  }
  const auto encoded = in_asn1(signature, algorithm.bytes);
  return encoded && verifies_with(key_.get(), algorithm, content, *encoded);
}

}  // namespace edo::auth
