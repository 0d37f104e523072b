// How rows of the telemetry tables are found, filtered, and shown in one line each.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tables/model.hpp"
#include "tools/program/table.hpp"

namespace edo::cli {

// How one kind of row is found and shown. Rows are ordered by the start of their invocation, which
// has an index and does not depend on the origin of ids. Ties are ordered by rowid, because that
// index ends with it: any other order would sort every row of the store.
struct Listing {
  std::string_view what;
  std::size_t table;
  std::string_view alias;
  std::string_view changed_at;  // the column that says when the row was last changed
  std::string_view from;
  std::string_view order;
  std::span<const std::string_view> statuses;
  std::string_view status;  // the column that --status filters
  // Unfinished rows are few and have an index of their own; empty if there is none.
  std::string_view unfinished;
  std::string_view from_unfinished;
  // For the table; empty if there is nothing to show.
  std::string_view name_title;
  std::string_view name;
  std::string_view duration;
  std::string_view succeeded;
  std::string_view failed;
  std::string_view message_title;
  std::string_view message;
};

// In the order of tables::tables().
[[nodiscard]] std::span<const Listing> listings();

// The listing called `what`: invocations, events, jobs or logs. Throws UsageError if there is none,
// or if none of its rows can have `status`, which may be empty.
[[nodiscard]] const Listing& listing_of(const std::string& what, const std::string& status);

// The part of --help that names all statuses.
inline constexpr const char* kStatusHelp =
    "Statuses:\n"
    "  invocations  running completed failed timeout crashed\n"
    "  events       detecting not_detected handling completed failed detection_failed\n"
    "               handler_failed crashed\n"
    "  jobs         running completed failed crashed\n"
    "  logs         debug info warn error\n\n";

// A row of the table with its full id.
struct Line {
  std::string id;
  std::string created_at;
  std::string function;
  std::string name;
  std::string status;
  std::optional<std::int64_t> duration;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::string message;
};

// "j.id, j.created_at, …": what read_line() reads, from its column `first` on.
[[nodiscard]] std::string line_columns(const Listing& listing);
[[nodiscard]] Line read_line(SQLite::Statement& row, int first = 0);

[[nodiscard]] std::vector<Column> columns_of(const Listing& listing);
// `time` is shown as it is.
[[nodiscard]] std::vector<Cell> cells_of(const Listing& listing, const Line& line,
                                         std::size_t id_length, std::string time);

}  // namespace edo::cli
