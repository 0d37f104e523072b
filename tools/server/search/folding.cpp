#include "tools/server/search/folding.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <unordered_map>
#include <vector>

namespace edo::search {
namespace {

using Character = std::uint32_t;

constexpr Character kLastCharacter = 0x10FFFF;
constexpr Character kFirstSurrogate = 0xD800;
constexpr Character kLastSurrogate = 0xDFFF;

constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_UCP;

// Only letters have two cases, except for these: the iota below, and Roman and circled numerals.
constexpr const char* kHasCase = "[\\p{L&}\\x{345}\\x{2160}-\\x{2188}\\x{24b6}-\\x{24e9}]";

struct FreeCode {
  void operator()(pcre2_code* code) const noexcept { pcre2_code_free(code); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* match) const noexcept { pcre2_match_data_free(match); }
};

void append(Character c, std::string& text) {
  const auto tail = [&](int shift) { text += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0 | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0 | (c >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | (c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

struct Decoded {
  Character character = 0;
  std::size_t bytes = 0;  // 0: not valid
};

// The character that begins with a byte of 128 or more.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : byte(0) >= 0xC0 ? 2 : 0;
  if (bytes == 0 || bytes > text.size()) return {};
  Character c = byte(0) & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    c = c << 6 | (byte(i) & 0x3FU);
  }
  return {c, bytes};
}

class Expression {
 public:
  Expression(const std::string& pattern, std::uint32_t options) {
    int failure = 0;
    PCRE2_SIZE place = 0;
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                              kOptions | options, &failure, &place, nullptr));
    match_.reset(pcre2_match_data_create(1, nullptr));
    if (!code_ || !match_) throw std::bad_alloc();
  }

  // All characters of the text that match.
  [[nodiscard]] std::vector<Character> found_in(std::string_view text) const {
    std::vector<Character> found;
    PCRE2_SIZE at = 0;
    while (pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), at,
                       PCRE2_NO_UTF_CHECK, match_.get(), nullptr) > 0) {
      const PCRE2_SIZE* place = pcre2_get_ovector_pointer(match_.get());
      const auto first = static_cast<unsigned char>(text[place[0]]);
      found.push_back(first < 0x80 ? first : decode(text.substr(place[0])).character);
      at = place[1];
    }
    return found;
  }

 private:
  std::unique_ptr<pcre2_code, FreeCode> code_;
  std::unique_ptr<pcre2_match_data, FreeMatch> match_;
};

std::string all_with_case() {
  std::string all;
  for (Character c = 1; c <= kLastCharacter; ++c) {
    if (c < kFirstSurrogate || c > kLastSurrogate) append(c, all);
  }
  std::string result;
  for (const Character c : Expression(kHasCase, 0).found_in(all)) append(c, result);
  return result;
}

bool is_capital(Character c) { return c >= 'A' && c <= 'Z'; }
Character small(Character c) { return is_capital(c) ? c + ('a' - 'A') : c; }

// What replaces a character. Asked of PCRE2, so that it cannot differ from what PCRE2 does.
class Folding {
 public:
  Folding() {
    const std::string all = all_with_case();
    for (std::size_t at = 0; at < all.size();) {
      const auto first = static_cast<unsigned char>(all[at]);
      const Decoded next =
          first < 0x80 ? Decoded{first, 1} : decode(std::string_view(all).substr(at));
      if (!folded_.contains(next.character)) add_equals(all.substr(at, next.bytes), all);
      at += next.bytes;
    }
    for (std::size_t c = 0; c < ascii_.size(); ++c) {
      ascii_[c] = static_cast<char>(small(static_cast<Character>(c)));
    }
  }

  [[nodiscard]] char of_ascii(unsigned char c) const { return ascii_[c]; }
  [[nodiscard]] Character of(Character c) const {
    const auto found = folded_.find(c);
    return found == folded_.end() ? c : found->second;
  }

 private:
  void add_equals(const std::string& character, const std::string& all) {
    const auto equal = Expression(character, PCRE2_CASELESS).found_in(all);
    if (equal.size() < 2) return;
    const Character one = small(*std::min_element(equal.begin(), equal.end()));
    for (const Character c : equal) folded_.emplace(c, one);
  }

  std::unordered_map<Character, Character> folded_;
  std::array<char, 128> ascii_{};
};

}  // namespace

void append_folded(std::string_view text, std::string& folded) {
  static const Folding folding;
  folded.reserve(folded.size() + text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
      folded += folding.of_ascii(first);
      ++at;
      continue;
    }
    const Decoded next = decode(text.substr(at));
    if (next.bytes == 0) {
      folded += text[at++];
      continue;
    }
    const Character other = folding.of(next.character);
    if (other == next.character) {
      folded += text.substr(at, next.bytes);
    } else {
      append(other, folded);
    }
    at += next.bytes;
  }
}

const std::string& folding_version() {
  static const std::string version = [] {
    char text[64] = {};
    (void)pcre2_config(PCRE2_CONFIG_UNICODE_VERSION, text);
    return std::string(text);
  }();
  return version;
}

}  // namespace edo::search
