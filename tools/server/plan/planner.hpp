// Checks an operation against what its role may do, and says what is to be done.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/server/language/request.hpp"
#include "tools/server/language/selections.hpp"
#include "tools/server/plan/plan.hpp"
#include "tools/server/schema/schema.hpp"

namespace edo::graphql {

// Answers `__schema` and `__type`, fields of query_root that need no database: the JSON text of
// their value. `path` is the field's own.
using Introspect = std::function<std::string(const SelectedField& field, Selections& selections,
                                             const Variables& variables, const Path& path)>;

// Throws RequestError. The plan points into the schema's model. `document` need not outlive it.
[[nodiscard]] Plan make_plan(const Schema& schema, const Document& document,
                             const std::string& operation_name, const nlohmann::json& variables,
                             const Session& session, const Limits& limits,
                             const Introspect& introspect);

}  // namespace edo::graphql
