#include "support/pgbouncer.hpp"

#include <unistd.h>

#include <stdexcept>

#include "support/wait.hpp"

namespace edo::testing {

PrivatePgBouncer::PrivatePgBouncer(const std::string& url, const std::string& mode, int size)
    : pooler_(
          Command{{EDO_PRIVATE_PGBOUNCER, directory_.path(), url, mode, std::to_string(size)}}) {
  const std::string file = directory_ / "url";
  const auto is_there = [&] { return access(file.c_str(), R_OK) == 0; };
  if (!eventually([&] { return is_there() || !pooler_.running(); }) || !is_there()) {
    throw std::runtime_error("the private PgBouncer did not start: " + pooler_.err());
  }
  url_ = read_file(file);
  while (!url_.empty() && url_.back() == '\n') url_.pop_back();
}

}  // namespace edo::testing
