// Tables for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace edo::cli {

using TableRows = std::vector<std::vector<std::string>>;

// Prints rows of equally many cells, the first of which is the heading. Columns are as wide as what
// is in them; the first one is aligned to the left and shortened from its beginning when it is
// long.
void print_table(const TableRows& rows);

}  // namespace edo::cli
