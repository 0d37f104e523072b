// Prints rows as aligned columns. Widths come from the first rows; those that come later and are
// wider stick out, so that a table of any length takes bounded memory.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace edo::cli {

struct Cell {
  std::string text;  // printable
  Tone tone = Tone::plain;
};

struct Column {
  std::string title;  // printable
  bool to_the_right = false;
};

class Table {
 public:
  // On a terminal the last column is cut so that a row fits into a line.
  Table(Output& out, std::vector<Column> columns);

  // Must have as many cells as there are columns.
  void add(std::vector<Cell> row);
  // Prints what is still held back, and the titles even if there was no row.
  void finish();

 private:
  void settle();
  void print(const std::vector<Cell>& row);

  Output& out_;
  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<Cell>> held_;
  bool settled_ = false;
};

}  // namespace edo::cli
