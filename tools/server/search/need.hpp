// What a row must have for a condition to hold, as far as an index of texts can tell.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tables/model.hpp"

namespace edo::search {

struct Need {
  enum class Kind {
    anything,  // nothing is known about such rows
    all,       // of the parts
    any,       // of the parts
    text,      // one of the row's texts has all these pieces
  };
  Kind kind = Kind::anything;
  std::vector<Need> parts = {};
  std::vector<std::string> pieces = {};  // folded

  [[nodiscard]] bool is_known() const noexcept { return kind != Kind::anything; }
};

[[nodiscard]] Need all_of(std::vector<Need> parts);
[[nodiscard]] Need any_of(std::vector<Need> parts);
// Of a text that is like the pattern of _like or _ilike.
[[nodiscard]] Need of_pattern(std::string_view pattern);
// Of a document, as jsonb_text() prints it, that contains this one (_contains).
[[nodiscard]] Need of_document(const nlohmann::json& part);

// Rows of one table that are searched for.
struct Search {
  std::size_t table = tables::kTableCount;  // index in tables()
  Need need;
  // If given, only rows that were created then are searched.
  std::string from = {}, until = {};
  // If given, this many of the newest rows are enough.
  std::optional<std::uint64_t> enough = {};
};

// The columns that the index has: those with texts that people search. A document is indexed as
// jsonb_text() prints it.
struct TextColumn {
  std::string_view table;
  std::string_view name;
  bool is_document = false;
};
[[nodiscard]] const std::vector<TextColumn>& text_columns();
[[nodiscard]] bool is_searched(std::string_view table, std::string_view column);

}  // namespace edo::search
