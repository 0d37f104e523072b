// What both programs ask of the values of their options, wherever these come from: the command
// line, the environment or the file of --config.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

#include "base/time.hpp"

namespace edo::cli {

// Gives each option of each command its check, by what the help calls its value. None may be empty,
// as that of an unset shell variable is, and DURATION, DURATION|TIME and HOST:PORT are just that.
void check_values(CLI::App& program);

// Parses the command line, where the value of "--name=" is empty. CLI11 alone would take the
// argument behind it as the value. Throws CLI::ParseError.
void parse(CLI::App& program, int argc, const char* const* argv);

// Of a span such as "90s" or "1h30m", or of a time or day in UTC; both throw CLI::ValidationError.
[[nodiscard]] base::Micros span_of(const std::string& option, const std::string& value);
[[nodiscard]] base::Micros time_of(const std::string& option, const std::string& value,
                                   base::Micros now);
// A span to wait for, which is longer than nothing.
[[nodiscard]] std::chrono::milliseconds pause_of(const std::string& option,
                                                 const std::string& value);

}  // namespace edo::cli
