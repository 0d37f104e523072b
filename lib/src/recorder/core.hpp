// What a Recorder and its handles share: the open store, its statements and the counters. Any
// thread may call it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/time.hpp"
#include "edo/options.hpp"
#include "edo/recorder.hpp"
#include "recorder/change.hpp"
#include "storage/database.hpp"

namespace edo::recorder {

class Core {
 public:
  explicit Core(const Options& options);
  ~Core();

  // Stores the change in a transaction of its own. Never throws: a failure is counted and told.
  void record(const Change& change) noexcept;

  // Tells the host what went wrong.
  void report(const Error& error) noexcept;

  void close() noexcept;

  [[nodiscard]] const Options& options() const noexcept { return options_; }
  [[nodiscard]] const base::Clock& clock() const noexcept { return *clock_; }
  [[nodiscard]] std::int64_t writer_id() const noexcept { return writer_id_; }
  [[nodiscard]] Health health() const noexcept;

 private:
  void register_writer();
  void store(const Change& change);
  SQLite::Statement& prepared(Statement statement);

  const Options options_;
  const std::unique_ptr<const base::Clock> own_clock_;  // empty for the system's
  const base::Clock* const clock_;
  mutable std::mutex mutex_;
  std::optional<storage::Database> database_;
  std::array<std::optional<SQLite::Statement>, kStatementCount> statements_;
  std::int64_t writer_id_ = 0;
  Health health_;
};

}  // namespace edo::recorder
