// A store with one job to log to, and what it holds in the end.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edo/recorder.hpp"
#include "support/files.hpp"

namespace edo::testing {

struct StoredLine {
  std::string job;
  std::string level;
  std::string message;
  std::string source;
  std::int64_t line_number = 0;
};

class CapturedStore {
 public:
  explicit CapturedStore(Options options = {})
      : recorder_(at(std::move(options), directory_ / "telemetry.db")),
        invocation_(recorder_.start_invocation({.source_function = "test"})),
        event_(invocation_.start_event({.event_name = "test"})) {
    event_.detected();
  }

  [[nodiscard]] JobExecution job(std::string_view name = "job") {
    return event_.start_job({.job_name = name});
  }

  [[nodiscard]] Recorder& recorder() noexcept { return recorder_; }
  [[nodiscard]] std::string path(std::string_view name) const { return directory_ / name; }

  // In the order in which they were recorded.
  [[nodiscard]] std::vector<StoredLine> lines() const {
    SQLite::Database database(directory_ / "telemetry.db", SQLite::OPEN_READONLY, 10'000);
    SQLite::Statement query(database,
                            "SELECT j.job_name, l.level, l.message, coalesce(l.source, ''),"
                            " coalesce(l.line_number, 0) FROM job_logs l"
                            " JOIN job_executions j ON j.id = l.job_execution_id"
                            " ORDER BY j.created_at, l.sequence");
    std::vector<StoredLine> lines;
    while (query.executeStep()) {
      lines.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(),
                       query.getColumn(2).getString(), query.getColumn(3).getString(),
                       query.getColumn(4).getInt64()});
    }
    return lines;
  }

  // "level: message" of each.
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const auto& line : lines()) texts.push_back(line.level + ": " + line.message);
    return texts;
  }

 private:
  static Options at(Options options, std::string path) {
    options.store = std::move(path);
    return options;
  }

  TemporaryDirectory directory_;
  Recorder recorder_;
  Invocation invocation_;
  EventExecution event_;
};

}  // namespace edo::testing
