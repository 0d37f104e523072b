// The role's permissions: which rows it may see, and how many at once.
#pragma once

#include <memory>
#include <optional>

#include "tools/server/plan/context.hpp"
#include "tools/server/plan/plan.hpp"

namespace edo::plan {

// Takes away the permissions whose filter the model does not have everything for, and tells of them
// among its inconsistencies, so that no role sees more than was meant.
void drop_unreadable_permissions(model::Model& model);

// The role's filter on the table, with the session's variables in it. Throws RequestError for
// variables that the session does not have.
[[nodiscard]] BoolExp filter_of(const PlanContext& context, const model::Table& table);
// Null if there is none.
[[nodiscard]] std::unique_ptr<BoolExp> permission_of(const PlanContext& context,
                                                     const model::Table& table);
// The least of the two.
[[nodiscard]] std::optional<std::uint64_t> limit_of(const PlanContext& context,
                                                    const model::Table& table,
                                                    std::optional<std::uint64_t> asked);

}  // namespace edo::plan
