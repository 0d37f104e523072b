// The x-hasura-* variables of a session inside permission filters.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/server/language/request.hpp"
#include "tools/server/plan/check_values.hpp"

namespace edo::plan {

// The name in lower case, if the value is the name of a session variable.
[[nodiscard]] std::optional<std::string> session_variable_name(const nlohmann::json& value);

// Throws RequestError not-found.
[[nodiscard]] const std::string& session_variable(const language::Session& session,
                                                  const std::string& name);

// All of them with the role, as a JSON object.
[[nodiscard]] std::string session_document(const language::Session& session);

// A value from text, such as a session variable: JSON for JSON columns, otherwise a string.
[[nodiscard]] nlohmann::json value_of_text(const std::string& text, const ValueType& type);

// The items of a Postgres array as text: {a,"b c"}. Throws RequestError data-exception.
[[nodiscard]] std::vector<std::string> array_items(const std::string& text);

}  // namespace edo::plan
