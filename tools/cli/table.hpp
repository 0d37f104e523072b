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
  bool may_be_cut = false;
  std::size_t narrowest = 0;  // in columns of the terminal; for rows that are still to come
};

// What becomes of a table that is wider than the terminal. Elsewhere nothing is ever cut.
enum class TooWide {
  cut_columns,     // those that may be cut, and the last one
  one_below_other  // every value gets a line of its own
};

class Table {
 public:
  Table(Output& out, std::vector<Column> columns, TooWide too_wide);

  // Must have as many cells as there are columns.
  void add(std::vector<Cell> row);
  // Prints what is still held back, and the titles even if there was no row.
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
  std::vector<std::vector<Cell>> held_;
  bool settled_ = false;
  bool below_ = false;
  std::size_t rows_ = 0;
};

}  // namespace edo::cli
