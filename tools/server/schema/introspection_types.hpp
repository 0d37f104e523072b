// The types of introspection itself, such as __Type.
#pragma once

#include <map>
#include <string>

#include "tools/server/schema/schema.hpp"

namespace edo::schema {

// By name. They have the fields that the newest clients query, and also refer to Boolean and
// String.
[[nodiscard]] const std::map<std::string, Type>& introspection_types();

}  // namespace edo::schema
