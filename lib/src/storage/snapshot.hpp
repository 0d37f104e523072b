// A read transaction that ends with its scope: all that is read in it is of one moment.
//
// While it lasts the write-ahead log cannot be emptied, so nobody may be waited for in it.
#pragma once

#include "storage/database.hpp"
#include "storage/fork.hpp"

namespace edo::storage {

class Snapshot {
 public:
  explicit Snapshot(Database& database) : database_(database) { database_.execute("BEGIN"); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  // Nothing was written, so nothing is lost if ending it fails.
  ~Snapshot() {
    const InsideSqlite inside;
    (void)database_.handle().tryExec("ROLLBACK");
  }

 private:
  Database& database_;
};

}  // namespace edo::storage
