// A read transaction that ends with its scope: everything read in it is from one moment.
//
// While it lasts, the write-ahead log cannot be emptied, so do not wait for anything in it.
#pragma once

#include "storage/database.hpp"

namespace edo::storage {

class Snapshot {
 public:
  explicit Snapshot(Database& database) : database_(database) { database_.execute("BEGIN"); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  // Nothing was written, so nothing is lost if ending it fails.
  ~Snapshot() { (void)database_.handle().tryExec("ROLLBACK"); }

 private:
  Database& database_;
};

}  // namespace edo::storage
