// Starts other_process.cpp.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/process.hpp"

namespace edo::testing {

[[nodiscard]] inline Command other_process(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), EDO_OTHER_PROCESS);
  return {.argv = std::move(arguments)};
}

// One that says when it is ready and then stays.
[[nodiscard]] inline Process staying_process(std::vector<std::string> arguments) {
  Process process(other_process(std::move(arguments)));
  if (!process.wait_for_output("ready\n")) throw std::runtime_error(process.err());
  return process;
}

}  // namespace edo::testing
