#include "replicator/cli/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "replicator/cli/streams.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kWidest = 44;
constexpr std::string_view kEllipsis = "...";

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

// The end of a path says more than its beginning.
std::string shortened(std::string_view text) {
  if (characters(text) <= kWidest) return std::string(text);
  std::size_t left = kWidest - kEllipsis.size();
  std::size_t at = text.size();
  while (left > 0) {
    if (begins_character(text[--at])) --left;
  }
  return std::string(kEllipsis).append(text.substr(at));
}

}  // namespace

void print_table(const TableRows& rows) {
  TableRows cells = rows;
  std::vector<std::size_t> widths;
  for (auto& row : cells) {
    row.front() = shortened(plain(row.front()));
    widths.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], characters(row[i]));
    }
  }
  for (const auto& row : cells) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - characters(row[i]), ' ');
      line += i == 0 ? row[i] + padding : "  " + padding + row[i];
    }
    say("{}\n", line);
  }
}

}  // namespace edo::cli
