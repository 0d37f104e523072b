// Plans a query against the library, as a role.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tools/server/language/error.hpp"
#include "tools/server/language/request.hpp"

namespace edo::plan::tests {

struct Asked {
  std::string query;
  nlohmann::json variables = nlohmann::json::object();
  language::Session session = {};
  std::string operation_name = {};
  language::Limits limits = {};
};

// The plan as text. Throws RequestError.
[[nodiscard]] std::string planned(const Asked& asked);

// "code path: message" of the error that planning ends with.
[[nodiscard]] std::string refused(const Asked& asked);

}  // namespace edo::plan::tests
