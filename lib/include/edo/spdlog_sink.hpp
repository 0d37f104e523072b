/// @file
/// A sink for spdlog that records each line as a line of the logging thread's current job:
///
///     spdlog::default_logger()->sinks().push_back(std::make_shared<edo::SpdlogSink>());
///     edo::JobScope scope(job);
///     spdlog::warn("only {} left", count);
///
/// The sink ignores lines that are logged outside a job. The logger must be synchronous, since the
/// thread of an asynchronous logger has no current job. The sink records the message alone: level,
/// time, source file and line have columns of their own, so a pattern set on the sink has no
/// effect.
///
/// Only this header needs spdlog; the library does not.
#pragma once

#include <spdlog/sinks/sink.h>

#include <memory>
#include <string>
#include <string_view>

#include "edo/log_capture.hpp"

namespace edo {

/// Has no state, so any number of loggers and threads may share one without a mutex.
class SpdlogSink final : public spdlog::sinks::sink {
 public:
  void log(const spdlog::details::log_msg& message) override {
    LogLine line;
    if (!message.source.empty() && message.source.filename != nullptr) {
      const std::string_view path = message.source.filename;
      line.source = path.substr(path.find_last_of("/\\") + 1);
      line.line_number = message.source.line;
    }
    log_to_current_job(level_of(message.level),
                       std::string_view(message.payload.data(), message.payload.size()), line);
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  static LogLevel level_of(spdlog::level::level_enum level) noexcept {
    if (level <= spdlog::level::debug) return LogLevel::debug;
    if (level == spdlog::level::info) return LogLevel::info;
    if (level == spdlog::level::warn) return LogLevel::warn;
    return LogLevel::error;
  }
};

}  // namespace edo
