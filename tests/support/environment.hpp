// What the environment says about a test run.
#pragma once

#include <cstdlib>
#include <string>

namespace edo::testing {

[[nodiscard]] inline unsigned number_from(const char* variable, unsigned otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::stoul(text));
}

}  // namespace edo::testing
