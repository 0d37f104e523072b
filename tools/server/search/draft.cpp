#include "tools/server/search/draft.hpp"

#include <algorithm>

namespace edo::search {
namespace {

// A fuller signature excludes fewer searches; an emptier one takes more of the disk for each text.
// With this many the index is at most half as large as the texts, even if no four bytes come twice.
constexpr std::size_t kMostHashes = kHashes / 4;
// Texts that repeat themselves fill it slowly. Short blocks are read sooner.
constexpr std::size_t kMostBytes = 14'000;

}  // namespace

void Draft::begin(const std::string& after) {
  current_.range.after = after;
  current_.signature.clear();
  has_rows_ = false;
  bytes_ = 0;
}

void Draft::add(std::string_view id, std::string_view created_at,
                const std::vector<std::string>& texts) {
  if (!has_rows_ || created_at < current_.from) current_.from = created_at;
  if (!has_rows_ || created_at > current_.until) current_.until = created_at;
  has_rows_ = true;
  current_.range.until = id;
  for (const auto& text : texts) {
    current_.signature.add(text);
    bytes_ += text.size();
  }
  if (current_.signature.count() >= kMostHashes || bytes_ >= kMostBytes) end();
}

void Draft::end(const std::string& until) {
  if (has_rows_) {
    if (!until.empty()) current_.range.until = until;
    if (!is_full()) blocks_.push_back(current_);
  } else if (!until.empty() && !blocks_.empty() &&
             blocks_.back().range.until == current_.range.after) {
    blocks_.back().range.until = until;
  }
  begin(std::string(current_.range.until));
}

}  // namespace edo::search
