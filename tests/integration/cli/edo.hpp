// Runs the program edo from outside.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/process.hpp"

namespace edo::testing {

inline std::string edo_path() { return EDO_PROGRAM; }

// The environment in which the tests read its output; `more` wins.
inline Environment plain_environment(Environment more = {}) {
  more.insert({{"EDO_STORE", std::nullopt},
               {"LC_ALL", "C.UTF-8"},
               {"NO_COLOR", std::nullopt},
               {"TERM", "xterm"},
               {"TZ", "UTC"}});
  return more;
}

inline Result edo(std::vector<std::string> arguments, Environment more = {},
                  std::string input = {}) {
  arguments.insert(arguments.begin(), edo_path());
  return run({.argv = std::move(arguments),
              .environment = plain_environment(std::move(more)),
              .input = std::move(input)});
}

inline Result edo_on_terminal(std::vector<std::string> arguments, Environment more = {}) {
  arguments.insert(arguments.begin(), edo_path());
  return run({.argv = std::move(arguments),
              .environment = plain_environment(std::move(more)),
              .on_terminal = true});
}

// One line on standard error, nothing else, and the code for a failure.
inline bool failed_clearly(const Result& result, int exit_code = 1) {
  return result.exit_code == exit_code && result.out.empty() && result.err.starts_with("edo") &&
         result.err.find('\n') == result.err.size() - 1;
}

}  // namespace edo::testing
