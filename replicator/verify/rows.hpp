// The store's side of a comparison: the rows of one table in chunks, as the text of their columns.
//
// Belongs to one thread. No call leaves a read transaction open. All calls throw Error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/store.hpp"
#include "tables/model.hpp"

namespace edo::verify {

struct Row {
  std::string id;
  std::vector<std::optional<std::string>> values;  // of every column; nothing: null
  // The newest outbox entry of the row; 0: the central database has acknowledged the row.
  std::int64_t pending = 0;
};

struct ChunkLimits {
  std::int64_t rows = 2000;
  std::size_t bytes = std::size_t{8} << 20;  // a chunk ends with the row that reaches this
};

// Rows that started in it are compared; timestamps as in a store.
struct Period {
  std::optional<std::string> since;  // included
  std::optional<std::string> until;  // not included
};

// What prune() has removed in the central database: rows of invocations that started before.
struct Retention {
  std::string completed_before;  // timestamps as in a store; empty: nothing was removed
  std::string others_before;     // for invocations that did not complete
};

// Opens the store at `path` for reading, with a temporary copy of the rows that its outbox names.
// `interrupt`, if given, ends statements that take too long, and must outlive it.
[[nodiscard]] storage::Database open_for_comparison(const std::string& path,
                                                    const storage::Interrupt* interrupt = nullptr);

class StoreTable {
 public:
  // `table` is an index in tables::tables(); `store`, opened for comparison, must outlive it.
  StoreTable(storage::Database& store, std::size_t table, Period period = {});

  // next() continues after this id.
  void continue_after(std::string id) { last_ = std::move(id); }
  // The next rows in the order of their ids; none at the end.
  [[nodiscard]] std::vector<Row> next(const ChunkLimits& limits);
  // The rows with these ids as they are now, without deleted ones. A row that has changed since the
  // store was opened, and is not acknowledged yet, is pending.
  [[nodiscard]] std::vector<Row> again(const std::vector<std::string>& ids);
  [[nodiscard]] bool has(const std::string& id);
  // Whether the retention of the central database explains that this row is missing.
  [[nodiscard]] bool is_removed(const Row& row, const Retention& retention);

 private:
  Row row_of(SQLite::Statement& query) const;

  storage::Database& store_;
  std::size_t columns_;
  std::string name_;
  Period period_;
  std::string select_;        // up to the condition
  std::string last_;          // id of the last row of next()
  std::int64_t known_until_;  // the newest entry of the copied outbox; zero if it is empty
};

}  // namespace edo::verify
