// A real PgBouncer in front of a database of the tests: private, on loopback, gone when the test
// program is.
#pragma once

#include <memory>
#include <string>

#include "support/files.hpp"
#include "support/process.hpp"

namespace edo::testing {

// Used from the thread that made it, which must live as long.
class PrivatePgBouncer {
 public:
  // `url` names the database; `mode` is "session", "transaction" or "statement", and `size` the
  // number of server connections that all clients share. Throws std::runtime_error.
  PrivatePgBouncer(const std::string& url, const std::string& mode, int size);

  // Kills it, and starts it again at the same address, in front of the database at `url`.
  void lead_to(const std::string& url);

  // The same database by way of the pooler.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }

 private:
  void start(const std::string& url);

  const std::string mode_;
  const int size_;
  TemporaryDirectory directory_;
  std::unique_ptr<Process> pooler_;
  std::string url_;
};

}  // namespace edo::testing
