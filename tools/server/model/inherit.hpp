// The permissions of roles that inherit them from others.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/server/model/metadata.hpp"
#include "tools/server/model/model.hpp"

namespace edo::model {

// What `role` may see of the table because of the roles that it inherits from, which may inherit as
// well. A permission that the metadata grants to one of them itself counts instead, and is in the
// table already unless it is invalid. Nothing if none of them may see the table.
//
// As Hasura has it: a row is seen if any of the roles sees it, and a value in it if any of the
// roles that see the row may see the column. The largest limit counts, and what any of them may do.
[[nodiscard]] std::optional<Permission> inherited_permission(
    const Table& table, const TableMetadata& metadata, const std::string& role,
    const std::map<std::string, std::vector<std::string>>& inherited_roles);

}  // namespace edo::model
