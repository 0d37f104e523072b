// Which pieces of text the rows of a block have: one bit for each hash of four bytes in a row.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace edo::search {

inline constexpr std::size_t kGramBytes = 4;
inline constexpr std::size_t kHashBits = 15;
inline constexpr std::size_t kHashes = std::size_t{1} << kHashBits;

// The hash of the four bytes at `text`.
[[nodiscard]] inline std::uint32_t hash_of_gram(const char* text) noexcept {
  std::uint32_t gram = 0;
  std::memcpy(&gram, text, kGramBytes);
  return (gram * 0x9E3779B1U) >> (32 - kHashBits);
}

// Enough hashes of the piece to tell it from others.
[[nodiscard]] std::vector<std::uint32_t> hashes_of(std::string_view piece);

class Signature {
 public:
  // A folded text.
  void add(std::string_view text) noexcept {
    for (std::size_t i = 0; i + kGramBytes <= text.size(); ++i) set(hash_of_gram(&text[i]));
  }
  void clear() noexcept {
    bits_.fill(0);
    count_ = 0;
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] bool has(std::size_t hash) const noexcept {
    return (bits_[hash / 64] >> (hash % 64) & 1) != 0;
  }

 private:
  void set(std::uint32_t hash) noexcept {
    std::uint64_t& word = bits_[hash / 64];
    const std::uint64_t bit = std::uint64_t{1} << (hash % 64);
    count_ += (word & bit) == 0;
    word |= bit;
  }

  std::array<std::uint64_t, kHashes / 64> bits_{};
  std::size_t count_ = 0;
};

}  // namespace edo::search
