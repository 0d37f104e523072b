// The store's side of a comparison: the rows of one table in chunks, each as the text that is in
// its columns.
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
  // The newest line of the outbox that is known to name it; 0: the centre has acknowledged it.
  std::int64_t pending = 0;
};

struct ChunkLimits {
  std::int64_t rows = 2000;
  std::size_t bytes = std::size_t{8} << 20;  // a chunk ends with the row that reaches this
};

// What was started in it is looked at; timestamps as in a store.
struct Period {
  std::optional<std::string> since;  // included
  std::optional<std::string> until;  // not included
};

// What prune() has removed at the centre: what belongs to an invocation that was started before.
struct Retention {
  std::string completed_before;  // timestamps as in a store; empty: nothing was removed
  std::string others_before;     // of those that did not complete
};

// Opens the store at `path` for reading, with a copy of what its outbox names beside it.
// `interrupt`, where there is one, ends what takes too long, and must outlive it.
[[nodiscard]] storage::Database open_for_comparison(const std::string& path,
                                                    const storage::Interrupt* interrupt = nullptr);

class StoreTable {
 public:
  // `table` is an index in tables::tables(); `store`, opened for comparison, must outlive it.
  StoreTable(storage::Database& store, std::size_t table, Period period = {});

  // next() goes on after this id.
  void continue_after(std::string id) { last_ = std::move(id); }
  // The next rows in the order of their ids; none at the end.
  [[nodiscard]] std::vector<Row> next(const ChunkLimits& limits);
  // The rows with these ids as they are now, without those that have been deleted. A row that has
  // changed since the store was opened and is not acknowledged yet is pending.
  [[nodiscard]] std::vector<Row> again(const std::vector<std::string>& ids);
  [[nodiscard]] bool has(const std::string& id);
  // Whether the retention of the centre has removed this row, if it is not there.
  [[nodiscard]] bool is_removed(const Row& row, const Retention& retention);

 private:
  Row row_of(SQLite::Statement& query) const;

  storage::Database& store_;
  std::size_t columns_;
  std::string name_;
  Period period_;
  std::string select_;        // up to the condition
  std::string last_;          // id of the last row of next()
  std::int64_t known_until_;  // the newest line of the copied outbox; zero if it names nothing
};

}  // namespace edo::verify
