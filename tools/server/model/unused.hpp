// Finds what Hasura's metadata says and this server does not act on.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace edo::model {

// How often something is said, by its name in the metadata.
using Unused = std::map<std::string, std::size_t>;

// Hasura's CLI writes empty lists for everything that is not used.
[[nodiscard]] bool says_something(const nlohmann::json& value);

// What databases.yaml, with all its included files, says.
[[nodiscard]] Unused unused_in(const nlohmann::json& databases);

// "actions", "insert_permissions (4)"
[[nodiscard]] std::vector<std::string> unused_lines(const Unused& unused);

}  // namespace edo::model
