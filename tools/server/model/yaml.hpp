// Reads YAML files with includes as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tools/server/model/metadata.hpp"

namespace edo::model {

// The file at `path`, with every value "!include other.yaml" (as text, the way Hasura's CLI writes
// it, or as a tag) replaced by what that file says. Paths are relative to the including file.
// Throws Error invalid_argument.
[[nodiscard]] nlohmann::json load_yaml(const ReadFile& read, const std::string& path);

}  // namespace edo::model
