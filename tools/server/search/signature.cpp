#include "tools/server/search/signature.hpp"

#include <algorithm>

namespace edo::search {
namespace {

// More of them exclude hardly any more blocks, but each is read.
constexpr std::size_t kMostHashes = 24;

}  // namespace

std::vector<std::uint32_t> hashes_of(std::string_view piece) {
  std::vector<std::uint32_t> hashes;
  if (piece.size() < kGramBytes) return hashes;
  const std::size_t grams = piece.size() - kGramBytes + 1;
  const std::size_t count = std::min(grams, kMostHashes);
  for (std::size_t i = 0; i < count; ++i) {
    hashes.push_back(hash_of_gram(&piece[i * grams / count]));
  }
  return hashes;
}

}  // namespace edo::search
