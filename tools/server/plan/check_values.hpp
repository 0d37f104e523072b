// Values that are compared with columns. What the database could not make of them is refused here,
// so that both back ends refuse the same.
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

// Strings are taken for every type, as the database takes them: "5" is an Int. Numbers and
// booleans in strings become what they mean, and uuids canonical. Throws RequestError:
// validation-failed for null, parse-failed for JSON of another kind, and data-exception in
// Postgres's words for strings that mean no value of the type.
[[nodiscard]] nlohmann::json checked_value(nlohmann::json value, const ValueType& type,
                                           const language::Path& path);

}  // namespace edo::plan
