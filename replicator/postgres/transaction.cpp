#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/pipeline.hpp"

namespace edo::postgres {

// Savepoints may share a name, which then means the innermost one.
Transaction::Transaction(Connection& connection)
    : connection_(connection), nested_(connection.in_transaction()) {
  if (nested_) {
    (void)connection_.run("begin at", "SAVEPOINT edo");
  } else {
    connection_.begin();
  }
}

Transaction::~Transaction() {
  if (!open_) return;
  if (nested_) {
    connection_.roll_back("ROLLBACK TO SAVEPOINT edo; RELEASE SAVEPOINT edo");
  } else {
    connection_.roll_back();
  }
}

void Transaction::commit() {
  Pipeline nothing(connection_);
  (void)commit(nothing);
}

std::vector<Result> Transaction::commit(Pipeline& last) {
  auto results = connection_.commit(last, nested_ ? "RELEASE SAVEPOINT edo" : "COMMIT");
  open_ = false;
  return results;
}

}  // namespace edo::postgres
