// Prints rows as aligned columns. The first rows set the widths, so that a table of any length
// takes bounded memory; a later cell that is wider sticks out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/program/output.hpp"

namespace edo::cli {

struct Cell {
  std::string text;  // printable
  Tone tone = Tone::plain;
};

struct Column {
  std::string title;  // printable
  bool to_the_right = false;
  bool may_be_cut = false;
  std::size_t narrowest = 0;  // in columns of the terminal; for later rows
};

// What to do with a table that is wider than the terminal. Elsewhere nothing is ever cut.
enum class TooWide {
  cut_columns,      // those that may be cut, and the last one
  one_below_other,  // every value gets a line of its own
  wrap              // the terminal breaks the lines
};

class Table {
 public:
  Table(Output& out, std::vector<Column> columns, TooWide too_wide);

  // Must have as many cells as there are columns.
  void add(std::vector<Cell> row);
  // Prints the rows that are still buffered, and the titles even if there was no row.
  void finish();

 private:
  void settle();
  void fit_columns();
  [[nodiscard]] std::size_t width() const;
  void print(const std::vector<Cell>& row);
  void print_line(const std::vector<Cell>& row);
  void print_below(const std::vector<Cell>& row);

  Output& out_;
  std::vector<Column> columns_;
  const TooWide too_wide_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<Cell>> buffered_;
  bool settled_ = false;
  bool below_ = false;
  std::size_t rows_ = 0;
};

}  // namespace edo::cli
