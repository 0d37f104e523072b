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
#include "replicator/verify/rows.hpp"
#include "tables/model.hpp"

namespace edo::verify {

struct ColumnDifference {
  std::string column;
  std::string here;   // in the store, shortened
  std::string there;  // at the centre, shortened
};

enum class FaultKind { missing, different, dead_letter };

struct Fault {
  std::string id;
  FaultKind kind = FaultKind::missing;
  std::vector<ColumnDifference> columns;  // of a row that is there and can be read
  std::string error;                      // why the centre cannot read it; empty if it can
};

struct TableReport {
  std::int64_t equal = 0;
  // The rest is not equal. A row counts once, as the first of these that it is:
  std::int64_t dead_letters = 0;  // put aside at the centre, because it could not be taken
  std::int64_t pending = 0;       // named in the outbox: not shipped, or not as it is now
  std::int64_t missing = 0;       // acknowledged, but not there
  std::int64_t different = 0;     // acknowledged, but not the same there
  std::int64_t removed = 0;       // acknowledged, and removed at the centre by its retention
  std::vector<Fault> examples;    // the first ones, without those that are pending

  // From this store, but no longer in it: deleted here, or shipped by a copy of the file.
  std::int64_t only_at_centre = 0;
  std::vector<std::string> only_at_centre_ids;  // the first ones
};

struct Report {
  std::array<TableReport, tables::kTableCount> tables;  // in the order of tables::tables()

  [[nodiscard]] TableReport total() const;  // without examples
  // Rows that are only at the centre, or were removed there, do not count against it.
  [[nodiscard]] bool all_equal() const;
};

struct Options {
  ChunkLimits chunk;
  Period period;                                  // all rows, if it says nothing
  std::size_t examples = 5;                       // of each kind, for each table
  std::function<void(std::int64_t)> on_progress;  // rows looked at so far
};

// Compares the store at `path` with the schema that `centre` is directed to. Rows that change while
// it runs are looked at again, and count as pending if they are. A user that may not read
// replication_dead_letters finds dead letters among what is missing or different. Throws Error.
[[nodiscard]] Report verify(const std::string& path, postgres::Connection& centre,
                            const Options& options);

[[nodiscard]] std::string_view to_string(FaultKind kind) noexcept;

}  // namespace edo::verify
