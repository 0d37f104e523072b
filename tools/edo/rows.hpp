// Rows of the telemetry tables as JSON objects with exactly the columns of the model.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tables/model.hpp"

namespace edo::cli {

using Json = nlohmann::ordered_json;

// "alias.id, alias.created_at, …": what row_json() reads.
[[nodiscard]] std::string select_list(const tables::Table& table, std::string_view alias);

// The current row of a statement whose columns from `first` on are the select_list() of `table`.
// Timestamps and ids stay text; a JSON column becomes its document, or text if it is not valid
// JSON.
[[nodiscard]] Json row_json(const tables::Table& table, SQLite::Statement& row, int first = 0);

// The document as one line of text; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string dump(const Json& json);

}  // namespace edo::cli
