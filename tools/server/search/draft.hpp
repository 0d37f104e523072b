// The blocks of a segment while they are read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tools/server/search/signature.hpp"

namespace edo::search {

inline constexpr std::size_t kBlocksOfSegment = 128;

// Rows with after < id <= until.
struct KeyRange {
  std::string after;
  std::string until;
};

// Behind every id.
inline const std::string kNoEnd = "\xF4\x8F\xBF\xBF";

struct Block {
  KeyRange range;
  std::string from, until;  // of created_at
  Signature signature;
};

class Draft {
 public:
  explicit Draft(std::size_t table) : table_(table) {}

  // The rows that follow are those after this id.
  void begin(const std::string& after);
  // A row with its folded texts. It may fill the block.
  void add(std::string_view id, std::string_view created_at, const std::vector<std::string>& texts);
  // The block ends with the last row, or at `until`, up to which there are no more rows.
  void end(const std::string& until = {});

  [[nodiscard]] bool is_full() const noexcept { return blocks_.size() == kBlocksOfSegment; }
  [[nodiscard]] std::size_t table() const noexcept { return table_; }
  [[nodiscard]] const std::vector<Block>& blocks() const noexcept { return blocks_; }

 private:
  std::size_t table_;
  std::vector<Block> blocks_;
  Block current_;
  bool has_rows_ = false;
  std::size_t bytes_ = 0;
};

}  // namespace edo::search
