#include "replicator/postgres/pipeline.hpp"

#include <utility>

namespace edo::postgres {

Pipeline::~Pipeline() {
  if (operations_.empty()) return;
  try {
    (void)finish();
  } catch (const std::exception&) {
    // A caller that did not wait is unwinding because of a failure of its own.
  }
}

void Pipeline::run(std::string operation, const std::string& sql, const Parameters& parameters) {
  if (operations_.empty()) connection_.enter_pipeline(operation);
  operations_.push_back(std::move(operation));
  connection_.send(operations_.back(), sql, parameters);
}

std::vector<Result> Pipeline::finish() {
  const auto operations = std::exchange(operations_, {});
  if (operations.empty()) return {};
  return connection_.leave_pipeline(operations);
}

}  // namespace edo::postgres
