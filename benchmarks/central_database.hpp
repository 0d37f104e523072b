// The central database that benchmarks ship to: a private PostgreSQL, migrated, whose processor
// time is known.
#pragma once

#include <string>

#include "replicator/postgres/target.hpp"
#include "support/postgres.hpp"

namespace edo::bench {

class CentralDatabase {
 public:
  CentralDatabase();

  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] postgres::Target target() const { return postgres::Target(url()); }

  // Forgets all rows, batches and figures, and writes out what is dirty, so that no contender pays
  // for the one before it.
  void empty();
  [[nodiscard]] long long count(const std::string& table) const;

  // What all processes of the server have used so far, in seconds.
  [[nodiscard]] double processor_seconds() const;

 private:
  testing::PrivatePostgres server_;
  int postmaster_ = 0;
};

}  // namespace edo::bench
