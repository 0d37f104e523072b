// Proves that every row of a store is at the centre, equal. It shares nothing with the way rows are
// shipped but the list of columns: values travel as the text that is in the store, and PostgreSQL
// itself reads and compares them.
//
// Memory is bounded by one chunk of rows. No read transaction of the store outlasts a chunk.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "replicator/postgres/connection.hpp"
#include "tables/model.hpp"

namespace edo::verify {

struct ColumnDifference {
  std::string column;
  std::string here;   // in the store, shortened
  std::string there;  // at the centre, shortened
};

struct Fault {
  std::string id;
  std::vector<ColumnDifference> columns;  // none: the row is missing
};

struct TableReport {
  std::int64_t equal = 0;
  std::int64_t pending = 0;    // in the outbox when the check began, or changed since
  std::int64_t missing = 0;    // acknowledged, but not there
  std::int64_t different = 0;  // acknowledged, but not the same there
  // From this store, but no longer in it: deleted here, or shipped by a copy of the file.
  std::int64_t only_at_centre = 0;
  std::vector<Fault> examples;  // the first of those that are missing or different
};

struct Report {
  std::array<TableReport, tables::kTableCount> tables;  // in the order of tables::tables()

  [[nodiscard]] TableReport total() const;  // without examples
  [[nodiscard]] bool all_equal() const;
};

struct Options {
  std::int64_t chunk_rows = 2000;
  std::size_t chunk_bytes = std::size_t{8} << 20;
  std::size_t examples = 5;                       // for each table
  std::function<void(std::int64_t)> on_progress;  // rows looked at so far
};

// Compares the store at `path` with the schema that the session of `centre` is directed to.
// Rows that change while it runs are looked at again, and count as pending if they are.
// Throws Error.
[[nodiscard]] Report verify(const std::string& path, postgres::Connection& centre,
                            const Options& options);

}  // namespace edo::verify
