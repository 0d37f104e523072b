#include "tools/program/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kRowsMeasured = 1000;
constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;
constexpr std::size_t kLastWanted = 24;     // other columns shrink for it
constexpr std::size_t kWidestCell = 60;     // in a row with others on a terminal
constexpr std::size_t kLongestBelow = 400;  // on a line of its own

}  // namespace

Table::Table(Output& out, std::vector<Column> columns, TooWide too_wide)
    : out_(out), columns_(std::move(columns)), too_wide_(too_wide) {
  for (const auto& column : columns_) {
    widths_.push_back(std::max(display_width(column.title), column.narrowest));
  }
}

void Table::add(std::vector<Cell> row) {
  if (settled_) {
    print(row);
    return;
  }
  buffered_.push_back(std::move(row));
  if (buffered_.size() == kRowsMeasured) settle();
}

void Table::finish() {
  if (!settled_) settle();
}

std::size_t Table::width() const {
  return std::accumulate(widths_.begin(), widths_.end(), (widths_.size() - 1) * kGap);
}

void Table::settle() {
  settled_ = true;
  for (const auto& row : buffered_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths_[i] = std::max(widths_[i], display_width(row[i].text));
    }
  }
  if (out_.is_terminal()) fit_columns();
  if (!below_) {
    std::vector<Cell> titles;
    for (const auto& column : columns_) titles.push_back({column.title, Tone::strong});
    print_line(titles);
  }
  for (const auto& row : buffered_) print(row);
  buffered_.clear();
  buffered_.shrink_to_fit();
}

void Table::fit_columns() {
  if (too_wide_ == TooWide::wrap) return;
  if (too_wide_ == TooWide::one_below_other) {
    for (auto& each : widths_) each = std::min(each, kWidestCell);
    below_ = width() > out_.columns() && !buffered_.empty();
    return;
  }
  widths_.back() = std::min(widths_.back(), kLastWanted);
  while (width() > out_.columns()) {
    std::size_t widest = widths_.size();
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      const bool can = columns_[i].may_be_cut && widths_[i] > kNarrowest;
      if (can && (widest == widths_.size() || widths_[i] > widths_[widest])) widest = i;
    }
    if (widest == widths_.size()) return;
    --widths_[widest];
  }
}

void Table::print(const std::vector<Cell>& row) {
  ++rows_;
  below_ ? print_below(row) : print_line(row);
}

void Table::print_line(const std::vector<Cell>& row) {
  std::string line;
  std::size_t position = 0;  // where the cell should begin
  std::size_t used = 0;      // where the line is
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool last = i + 1 == row.size();
    std::string text = row[i].text;
    if (out_.is_terminal()) {
      if (last && too_wide_ == TooWide::cut_columns) {
        const std::size_t start = std::max(position, used == 0 ? 0 : used + kGap);
        const std::size_t room = out_.columns() > start ? out_.columns() - start : 0;
        text = shorten(text, room, room > kGap ? out_.ellipsis() : "");
      } else if (columns_[i].may_be_cut) {
        text = shorten(text, widths_[i], out_.ellipsis());
      }
    }
    const std::size_t width = display_width(text);
    if (!text.empty()) {
      std::size_t begin = position;
      if (columns_[i].to_the_right && width < widths_[i]) begin += widths_[i] - width;
      // A cell that sticks out keeps a gap to the next one.
      begin = std::max(begin, used == 0 ? 0 : used + kGap);
      line.append(begin - used, ' ').append(out_.paint(row[i].tone, text));
      used = begin + width;
    }
    position += widths_[i] + kGap;
  }
  out_.write(line.append("\n"));
}

void Table::print_below(const std::vector<Cell>& row) {
  std::size_t widest = 0;
  for (const auto& column : columns_) widest = std::max(widest, display_width(column.title));
  out_.write(out_.paint(Tone::dim, fmt::format("row {}", rows_)) + "\n");
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string& title = columns_[i].title;
    out_.write(
        fmt::format("  {}{}  {}\n", out_.paint(Tone::strong, title),
                    std::string(widest - display_width(title), ' '),
                    out_.paint(row[i].tone, shorten(row[i].text, kLongestBelow, out_.ellipsis()))));
  }
}

}  // namespace edo::cli
