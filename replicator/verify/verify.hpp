// Proves that every row of a store is in the central database, equal. It shares only the list of
// columns with shipping: values are sent as the text that is in the store, and PostgreSQL itself
// parses and compares them.
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
#include "replicator/verify/rows.hpp"
#include "tables/model.hpp"

namespace edo::verify {

struct ColumnDifference {
  std::string column;
  std::string here;   // in the store, shortened
  std::string there;  // in the central database, shortened
};

enum class FaultKind { missing, different, dead_letter };

struct Fault {
  std::string id;
  FaultKind kind = FaultKind::missing;
  std::vector<ColumnDifference> columns;  // of a row that exists and can be read
  std::string error;  // why the central database cannot read it; empty if it can
};

struct TableReport {
  std::int64_t equal = 0;
  // A row that is not equal counts once, as the first of these that applies:
  std::int64_t dead_letters =
      0;                        // put aside in the central database, because it could not be taken
  std::int64_t pending = 0;     // in the outbox: not shipped in its present state
  std::int64_t missing = 0;     // acknowledged, but not in the central database
  std::int64_t different = 0;   // acknowledged, but not equal there
  std::int64_t removed = 0;     // acknowledged, and removed by the retention there
  std::vector<Fault> examples;  // the first ones, without pending rows

  // From this store, but no longer in it: deleted here, or shipped by a copy of the file.
  std::int64_t only_central = 0;
  std::vector<std::string> only_central_ids;  // the first ones
};

struct Report {
  std::array<TableReport, tables::kTableCount> tables;  // in the order of tables::tables()

  [[nodiscard]] TableReport total() const;  // without examples
  // True even if there are rows that are only in the central database, or that were removed there.
  [[nodiscard]] bool all_equal() const;
};

struct Options {
  ChunkLimits chunk;
  Period period;                                  // empty: all rows
  std::size_t examples = 5;                       // of each kind, for each table
  std::function<void(std::int64_t)> on_progress;  // rows compared so far
};

// Compares the store at `path` with the schema that `central` is directed to. Rows that change
// meanwhile are compared again, and count as pending if they are in the outbox. If the user may not
// read replication_dead_letters, dead letters count as missing or different. Throws Error.
[[nodiscard]] Report verify(const std::string& path, postgres::Connection& central,
                            const Options& options);

[[nodiscard]] std::string_view to_string(FaultKind kind) noexcept;

}  // namespace edo::verify
