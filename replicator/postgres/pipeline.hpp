// Statements that go to the server without waiting for the answers to those before them.
#pragma once

#include <string>
#include <vector>

#include "replicator/postgres/connection.hpp"

namespace edo::postgres {

// Saves a round trip for each statement but one. Once a statement fails, those behind it are not
// run. Nothing else may use the connection between the first statement and finish(), and COPY
// cannot be among them.
class Pipeline {
 public:
  // `connection` must outlive it.
  explicit Pipeline(Connection& connection) : connection_(connection) {}
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  // What was sent and not waited for is waited for, whatever became of it.
  ~Pipeline();

  // Sends one statement, as Connection::run does.
  void run(std::string operation, const std::string& sql, const Parameters& parameters = {});

  // Waits for the answers, which come in the order of the statements. Throws the first failure, as
  // if its statement had been run alone.
  std::vector<Result> finish();

 private:
  Connection& connection_;
  std::vector<std::string> operations_;  // of what was sent
};

}  // namespace edo::postgres
