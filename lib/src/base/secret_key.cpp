#include "base/secret_key.hpp"

#include <algorithm>
#include <array>

namespace edo::base {
namespace {

constexpr std::size_t kMaxKey = 256;

constexpr std::array<std::string_view, 6> kAnywhere = {"password", "passwd",  "passphrase",
                                                       "passcode", "secret ", "secrets "};
constexpr std::array<std::string_view, 35> kAtTheEnd = {"token ",
                                                        "authorization ",
                                                        "authorization header ",
                                                        "cookie ",
                                                        "cookies ",
                                                        "credential ",
                                                        "credentials ",
                                                        "api key ",
                                                        "apikey ",
                                                        "api keys ",
                                                        "apikeys ",
                                                        "private key ",
                                                        "privatekey ",
                                                        "private keys ",
                                                        "privatekeys ",
                                                        "access key ",
                                                        "accesskey ",
                                                        "access keys ",
                                                        "accesskeys ",
                                                        "secretkey ",
                                                        "secretkeys ",
                                                        "signing key ",
                                                        "signingkey ",
                                                        "encryption key ",
                                                        "credit card ",
                                                        "creditcard ",
                                                        "encryptionkey ",
                                                        "card number ",
                                                        "cardnumber ",
                                                        "cvv ",
                                                        "cvc ",
                                                        "pwd ",
                                                        "jwt ",
                                                        "bearer ",
                                                        "ssn "};
// Tokens that say where to go on, and when a password was changed.
constexpr std::array<std::string_view, 9> kNoSecret = {
    "tracking token ", "trackingtoken ", "page token ",  "pagetoken ", "next token ",
    "nexttoken ",      "cancel token ",  "canceltoken ", " at "};

// Each of these names has one of these pairs of letters, and most other keys have none.
constexpr std::string_view kPairs = "ss cr ok iz ey rd vv vc wd jw ea";

constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr char lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// By both letters, as numbers from 0 on.
using PairTable = std::array<std::array<bool, 26>, 26>;

constexpr bool has_pair(const PairTable& table, std::string_view text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char one = lower(text[i - 1]);
    const char other = lower(text[i]);
    if (!is_lower(one) || !is_lower(other)) continue;
    if (table[static_cast<std::size_t>(one - 'a')][static_cast<std::size_t>(other - 'a')]) {
      return true;
    }
  }
  return false;
}

constexpr PairTable kPairTable = [] {
  PairTable table{};
  for (std::size_t i = 0; i < kPairs.size(); i += 3) {
    table[static_cast<std::size_t>(kPairs[i] - 'a')]
         [static_cast<std::size_t>(kPairs[i + 1] - 'a')] = true;
  }
  return table;
}();

constexpr bool all_have_pairs(const auto& names) {
  return std::all_of(names.begin(), names.end(),
                     [](std::string_view name) { return has_pair(kPairTable, name); });
}
static_assert(all_have_pairs(kAnywhere) && all_have_pairs(kAtTheEnd));

// The words of a key in lower case, each with a space after it.
class Words {
 public:
  explicit Words(std::string_view key) noexcept {
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (begins_word(key, i)) part();
      add(key[i]);
    }
    part();
  }

  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  // A capital after a small letter, or the last one of several before a small letter ("APIKey").
  static bool begins_word(std::string_view key, std::size_t i) noexcept {
    if (i == 0 || !is_upper(key[i])) return false;
    if (!is_upper(key[i - 1])) return true;
    return i + 1 < key.size() && is_lower(key[i + 1]);
  }

  void add(char c) noexcept {
    c = lower(c);
    if (is_lower(c) || is_digit(c)) {
      text_[size_++] = c;
    } else {
      part();
    }
  }

  void part() noexcept {
    if (size_ > 0 && text_[size_ - 1] != ' ') text_[size_++] = ' ';
  }

  std::array<char, 2 * kMaxKey + 1> text_;
  std::size_t size_ = 0;
};

}  // namespace

bool is_secret_key(std::string_view key) noexcept {
  if (!has_pair(kPairTable, key)) return false;
  if (key.size() > kMaxKey) key.remove_prefix(key.size() - kMaxKey);
  const Words words(key);
  const std::string_view text = words.text();
  const auto ends = [&](std::string_view name) { return text.ends_with(name); };
  const auto contains = [&](std::string_view name) { return text.find(name) != text.npos; };
  if (std::any_of(kNoSecret.begin(), kNoSecret.end(), ends)) return false;
  if (std::any_of(kAnywhere.begin(), kAnywhere.end(), contains)) return true;
  return std::any_of(kAtTheEnd.begin(), kAtTheEnd.end(), ends);
}

}  // namespace edo::base
