// Sends statements to the server without waiting for the answers to earlier ones.
#pragma once

#include <string>
#include <vector>

#include "replicator/postgres/connection.hpp"

namespace edo::postgres {

// Saves a round trip for each statement but one. Once a statement fails, later ones are not run. No
// other call may use the connection between the first statement and finish(), and COPY cannot be
// part of a pipeline.
class Pipeline {
 public:
  // `connection` must outlive it.
  explicit Pipeline(Connection& connection) : connection_(connection) {}
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  // Waits for statements that were sent and not waited for, and ignores their results.
  ~Pipeline();

  // Sends one statement, as Connection::run does.
  void run(std::string operation, const std::string& sql, const Parameters& parameters = {});

  // Waits for the answers, which come in the order of the statements. Throws the first failure, as
  // if its statement had been run alone.
  std::vector<Result> finish();

 private:
  Connection& connection_;
  std::vector<std::string> operations_;  // of the statements that were sent
};

}  // namespace edo::postgres
