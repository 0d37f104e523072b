// The role's permissions: which rows it may see, and how many in one request.
#pragma once

#include <memory>
#include <optional>

#include "tools/server/plan/context.hpp"
#include "tools/server/plan/plan.hpp"

namespace edo::plan {

// Removes permissions whose filter needs something that the model does not have, and lists them
// among its inconsistencies. So no role sees more than intended.
void drop_unreadable_permissions(model::Model& model);

// A filter of the metadata, with the values of session variables. Throws as filter_of().
[[nodiscard]] BoolExp read_filter(const model::Model& model, const language::Session& session,
                                  const model::Table& table, const nlohmann::json& filter);
// The role's filter on the table, with the values of session variables. Throws RequestError for
// variables that the session lacks.
[[nodiscard]] BoolExp filter_of(const PlanContext& context, const model::Table& table);
// Null if there is none.
[[nodiscard]] std::unique_ptr<BoolExp> permission_of(const PlanContext& context,
                                                     const model::Table& table);
// The smaller of the two limits.
[[nodiscard]] std::optional<std::uint64_t> limit_of(const PlanContext& context,
                                                    const model::Table& table,
                                                    std::optional<std::uint64_t> asked);

}  // namespace edo::plan
