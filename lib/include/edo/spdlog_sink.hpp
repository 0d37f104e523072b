// A sink for spdlog that records each line with the job that runs on the thread that logs it:
//
//   spdlog::default_logger()->sinks().push_back(std::make_shared<edo::SpdlogSink>());
//   edo::JobScope scope(job);
//   spdlog::warn("only {} left", count);
//
// Lines logged outside a job go nowhere. The logger must be a synchronous one; the thread of an
// asynchronous logger runs no job. What is recorded is the message alone: level, time, source file
// and line have columns of their own, so a pattern set on the sink has no effect.
//
// This header is all there is to it: the library itself does not need spdlog.
#pragma once

#include <spdlog/sinks/sink.h>

#include <memory>
#include <string>
#include <string_view>

#include "edo/log_capture.hpp"

namespace edo {

// Keeps no state of its own, so it needs no mutex and any number of loggers and threads may share
// one.
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
