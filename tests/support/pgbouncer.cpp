#include "support/pgbouncer.hpp"

#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "support/wait.hpp"

namespace edo::testing {

PrivatePgBouncer::PrivatePgBouncer(const std::string& url, const std::string& mode, int size)
    : mode_(mode), size_(size) {
  start(url);
}

void PrivatePgBouncer::lead_to(const std::string& url) {
  pooler_->kill(SIGKILL);
  (void)pooler_->wait();
  start(url);
}

void PrivatePgBouncer::start(const std::string& url) {
  const std::string file = directory_ / "url";
  (void)unlink(file.c_str());
  pooler_ = std::make_unique<Process>(
      Command{{EDO_PRIVATE_PGBOUNCER, directory_.path(), url, mode_, std::to_string(size_)}});
  const auto is_there = [&] { return access(file.c_str(), R_OK) == 0; };
  if (!eventually([&] { return is_there() || !pooler_->running(); }) || !is_there()) {
    throw std::runtime_error("the private PgBouncer did not start: " + pooler_->err());
  }
  url_ = read_file(file);
  while (!url_.empty() && url_.back() == '\n') url_.pop_back();
}

}  // namespace edo::testing
