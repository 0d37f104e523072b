#include "cli/table.hpp"

#include <algorithm>
#include <utility>

#include "cli/text.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kRowsMeasured = 1000;
constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 12;

}  // namespace

Table::Table(Output& out, std::vector<Column> columns) : out_(out), columns_(std::move(columns)) {
  for (const auto& column : columns_) widths_.push_back(display_width(column.title));
}

void Table::add(std::vector<Cell> row) {
  if (settled_) {
    print(row);
    return;
  }
  held_.push_back(std::move(row));
  if (held_.size() == kRowsMeasured) settle();
}

void Table::finish() {
  if (!settled_) settle();
}

void Table::settle() {
  settled_ = true;
  for (const auto& row : held_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths_[i] = std::max(widths_[i], display_width(row[i].text));
    }
  }
  std::vector<Cell> titles;
  for (const auto& column : columns_) titles.push_back({column.title, Tone::strong});
  print(titles);
  for (const auto& row : held_) print(row);
  held_.clear();
  held_.shrink_to_fit();
}

void Table::print(const std::vector<Cell>& row) {
  std::string line;
  std::size_t position = 0;  // where the cell should begin
  std::size_t used = 0;      // where the line is
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool last = i + 1 == row.size();
    std::string text = row[i].text;
    if (last && out_.columns() > 0) {
      const std::size_t start = std::max(position, used + kGap);
      const std::size_t room = out_.columns() > start ? out_.columns() - start : 0;
      text = shorten(text, std::max(room, kNarrowest), out_.ellipsis());
    }
    const std::size_t width = display_width(text);
    if (!text.empty()) {
      std::size_t begin = position;
      if (columns_[i].to_the_right && width < widths_[i]) begin += widths_[i] - width;
      // A cell that stuck out keeps its distance from the next one.
      begin = std::max(begin, used == 0 ? 0 : used + kGap);
      line.append(begin - used, ' ').append(out_.paint(row[i].tone, text));
      used = begin + width;
    }
    position += widths_[i] + kGap;
  }
  out_.write(line.append("\n"));
}

}  // namespace edo::cli
