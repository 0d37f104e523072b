// Reads only those rows of a store that an index of its texts does not exclude.
#pragma once

#include "storage/database.hpp"
#include "tools/server/search/index.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::backend {

// Ends the transaction that search::Index::begin() began.
class Snapshot {
 public:
  explicit Snapshot(storage::Database& store) : store_(store) {}
  Snapshot(const Snapshot&) = delete;
  ~Snapshot();

 private:
  storage::Database& store_;
};

// The statement with its tables restricted to what the index leaves, for the transaction that this
// begins. Throws Error.
[[nodiscard]] sql::Statement narrowed(const sql::Statement& statement, search::Index& index,
                                      storage::Database& store);

}  // namespace edo::backend
