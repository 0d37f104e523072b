// The types of introspection itself, such as __Type.
#pragma once

#include <map>
#include <string>

#include "tools/server/schema/schema.hpp"

namespace edo::schema {

// By name. They know what the newest clients ask for, and refer to Boolean and String besides.
[[nodiscard]] const std::map<std::string, Type>& introspection_types();

}  // namespace edo::schema
