// A database that runs compiled statements. Any number of threads may use a backend.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/server/language/error.hpp"
#include "tools/server/search/status.hpp"
#include "tools/server/sql/dialect.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::backend {

struct BackendOptions {
  std::size_t connections = 4;
  std::chrono::milliseconds time{30'000};  // of one statement, its wait for others too
  bool stringify_numeric_types = false;
  // For a store: keep an index of its texts beside it.
  std::optional<search::IndexerOptions> text_index = {};
};

// JSON text for each column; empty for null.
using Answer = std::vector<std::optional<std::string>>;

class TooLarge : public language::RequestError {
 public:
  TooLarge()
      : RequestError("unexpected", "$", "the answer is too large; ask for fewer rows with limit") {}
};

class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual const sql::Dialect& dialect() const noexcept = 0;
  // Throws RequestError, whose message contains neither SQL nor the address of the database;
  // TooLarge if the answer has more bytes than `most`.
  [[nodiscard]] virtual Answer run(const sql::Statement& statement, std::size_t most) = 0;
  // Whether it gives up before an answer takes more memory than that.
  [[nodiscard]] virtual bool stops_early() const noexcept = 0;
  // Nothing without an index of texts.
  [[nodiscard]] virtual std::optional<search::IndexStatus> text_index() { return std::nullopt; }
};

// The file must exist; it is only read. Throws Error as storage::Database does.
[[nodiscard]] std::unique_ptr<Backend> open_sqlite_backend(const std::string& path,
                                                           const BackendOptions& options);
// Throws Error: unavailable, denied, invalid_argument. Broken connections are opened again.
[[nodiscard]] std::unique_ptr<Backend> open_postgres_backend(const std::string& url,
                                                             const BackendOptions& options);

}  // namespace edo::backend
