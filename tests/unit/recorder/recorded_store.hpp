// A store for one test: its file, a clock that the test moves, and the errors that the host is
// told.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "edo/recorder.hpp"
#include "support/files.hpp"
#include "support/store_rows.hpp"

namespace edo::testing {

class RecordedStore {
 public:
  [[nodiscard]] std::string path() const { return directory_ / "telemetry.db"; }
  [[nodiscard]] std::string side_file(std::string_view suffix) const {
    return path() + std::string(suffix);
  }
  [[nodiscard]] const TemporaryDirectory& directory() const noexcept { return directory_; }

  // With the system's clock.
  [[nodiscard]] Options options() {
    Options options;
    options.store = path();
    options.on_error = [this](const Error& error) {
      const std::lock_guard lock(mutex_);
      errors_.push_back(error);
    };
    return options;
  }

  // With the clock of the test, which starts at 2026-03-01T10:00:00Z.
  [[nodiscard]] Options timed_options() {
    Options timed = options();
    timed.clock = [this] { return base::timestamp(now_.load()); };
    return timed;
  }
  void pass_ms(std::int64_t ms) { now_ += ms * 1000; }
  [[nodiscard]] std::string now() const { return base::format_timestamp(now_); }

  [[nodiscard]] std::vector<Error> errors() const {
    const std::lock_guard lock(mutex_);
    return errors_;
  }
  // The messages of one kind.
  [[nodiscard]] std::vector<std::string> reported(ErrorKind kind) const {
    std::vector<std::string> messages;
    for (const Error& error : errors()) {
      if (error.kind() == kind) messages.emplace_back(error.what());
    }
    return messages;
  }

  [[nodiscard]] Row row(const std::string& sql) const { return testing::row(path(), sql); }
  [[nodiscard]] Row invocation(const std::string& id) const { return by_id("invocations", id); }
  [[nodiscard]] Row event(const std::string& id) const { return by_id("event_executions", id); }
  [[nodiscard]] Row job(const std::string& id) const { return by_id("job_executions", id); }
  [[nodiscard]] std::vector<Row> lines(const std::string& job) const {
    return rows(path(),
                "SELECT * FROM job_logs WHERE job_execution_id = '" + job + "' ORDER BY sequence");
  }
  [[nodiscard]] long count(const std::string& from) const { return testing::count(path(), from); }

 private:
  [[nodiscard]] Row by_id(const std::string& table, const std::string& id) const {
    return row("SELECT * FROM " + table + " WHERE id = '" + id + "'");
  }

  TemporaryDirectory directory_;
  std::atomic<std::int64_t> now_ = base::parse_timestamp("2026-03-01T10:00:00Z").value();
  mutable std::mutex mutex_;
  std::vector<Error> errors_;
};

}  // namespace edo::testing
