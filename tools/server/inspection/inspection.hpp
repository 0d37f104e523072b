// What the server offers about its database besides GraphQL: its state, and read-only SQL. Any
// number of threads may use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>

namespace edo::inspection {

using Json = nlohmann::ordered_json;

// Statements that run_sql() runs at once.
inline constexpr std::size_t kSqlAtOnce = 2;

struct SqlLimits {
  std::size_t rows = 1000;
  std::size_t bytes = std::size_t{8} << 20;  // of the answer
  int seconds = 10;
};

class Inspection {
 public:
  virtual ~Inspection() = default;

  // The part of /edo/info about the database. Throws Error.
  [[nodiscard]] virtual Json info() = 0;

  // Throws Error (denied) if the database is not prepared for run_sql().
  virtual void require_sql() {}

  // {"columns": [NAME…], "rows": [[VALUE…]…], "truncated": BOOLEAN} of one statement. Throws Error:
  // invalid_argument (what is wrong with it), refused (it would change something), busy (it takes
  // too long), unavailable (no database, or those that took too long are not over yet). After a
  // stop request of `left`, nobody waits for the result, and it ends early.
  [[nodiscard]] virtual Json run_sql(const std::string& sql, const SqlLimits& limits,
                                     const std::stop_token& left) = 0;

  // A number that changes with every commit, read as cheaply as possible; nothing if it is unknown.
  [[nodiscard]] virtual std::optional<std::uint64_t> version() = 0;
};

// `store` is a file. Throws Error as storage::open_store.
[[nodiscard]] std::unique_ptr<Inspection> inspect_store(const std::string& store);
// `url` is libpq's. Throws Error: unavailable, denied, invalid_argument.
[[nodiscard]] std::unique_ptr<Inspection> inspect_postgres(const std::string& url,
                                                           const std::string& schema);

}  // namespace edo::inspection
