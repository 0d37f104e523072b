// Checks values that are compared with columns. Values that the database could not convert are
// refused here, so that both databases refuse the same ones.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tools/server/language/path.hpp"
#include "tools/server/plan/plan.hpp"

namespace edo::plan {

struct ValueType {
  model::ScalarType type = model::ScalarType::text;
  std::string sql_type;
  std::string graphql_type;
};

[[nodiscard]] ValueType type_of(const Operand& operand);
[[nodiscard]] inline ValueType text_type() { return {model::ScalarType::text, "text", "String"}; }

// Like the database, accepts strings for every type: "5" is an Int. Converts numbers and booleans
// in strings, and makes UUIDs canonical. Throws RequestError: validation-failed for null,
// parse-failed for JSON of another kind, and data-exception, with Postgres's message, for strings
// that are not a value of the type.
[[nodiscard]] nlohmann::json checked_value(nlohmann::json value, const ValueType& type,
                                           const language::Path& path);

}  // namespace edo::plan
