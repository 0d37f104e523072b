// A real PostgreSQL for tests: private, on loopback, gone when the test program is.
#pragma once

#include <string>
#include <vector>

#include "support/files.hpp"
#include "support/process.hpp"

namespace edo::testing {

// One server with its own data. Used from the thread that made it, which must live as long.
class PrivatePostgres {
 public:
  // Makes the data and starts the server; throws std::runtime_error if that fails.
  PrivatePostgres();
  // The same as a standby that follows the server at this URL, until it is promoted.
  explicit PrivatePostgres(std::string standby_of);

  // The one that all tests of a program share; started when it is first asked for.
  [[nodiscard]] static PrivatePostgres& shared();

  // Makes an empty database and returns its URL.
  [[nodiscard]] std::string fresh_database();
  // The server's own database.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }

  // kill -9: a crash.
  void crash();
  // Starts it again after a crash, with the same data and the same URLs, and waits for it.
  void restart();

 private:
  void start();

  TemporaryDirectory directory_;
  std::string standby_of_;
  std::unique_ptr<Process> server_;
  std::string url_;
  int databases_ = 0;
};

using Table = std::vector<std::vector<std::string>>;

// Runs SQL on the database at `url` over a connection of its own. Nulls read "<null>". Throws
// std::runtime_error with the server's words.
Table query(const std::string& url, const std::string& sql);
// The one value of the one row.
[[nodiscard]] std::string query_value(const std::string& url, const std::string& sql);

}  // namespace edo::testing
