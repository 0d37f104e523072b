// Checks and parses the values of options, which may come from the command line, the environment or
// the file of --config.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

#include "base/time.hpp"

namespace edo::cli {

// Adds the checks to each option of each command, by the name of its value in the help: no value
// may be empty, as that of an unset shell variable is, and DURATION, DURATION|TIME and HOST:PORT
// must be valid.
void check_values(CLI::App& program);

// Parses the command line. The value of "--name=" is empty; CLI11 alone would take the next
// argument as the value. Throws CLI::ParseError.
void parse(CLI::App& program, int argc, const char* const* argv);

// Parses a duration such as "90s" or "1h30m", or a time or day in UTC. Throws CLI::ValidationError.
[[nodiscard]] base::Micros duration_of(const std::string& option, const std::string& value);
[[nodiscard]] base::Micros time_of(const std::string& option, const std::string& value,
                                   base::Micros now);
// A duration that must be greater than zero.
[[nodiscard]] std::chrono::milliseconds pause_of(const std::string& option,
                                                 const std::string& value);

}  // namespace edo::cli
