// Checks an operation against its role's schema, and plans what to fetch.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/server/language/request.hpp"
#include "tools/server/language/selections.hpp"
#include "tools/server/plan/plan.hpp"
#include "tools/server/schema/schema.hpp"

namespace edo::plan {

// Answers `__schema` and `__type`, fields of query_root that need no database: the JSON text of
// their value. `path` is the field's own.
using Introspect = std::function<std::string(
    const language::SelectedField& field, language::Selections& selections,
    const language::Variables& variables, const language::Path& path)>;

// Throws RequestError. The plan points into the schema's model. `document` need not outlive it.
[[nodiscard]] Plan make_plan(const schema::Schema& schema, const language::Document& document,
                             const std::string& operation_name, const nlohmann::json& variables,
                             const language::Session& session, const language::Limits& limits,
                             const Introspect& introspect);

}  // namespace edo::plan
