// A schema in GraphQL's own language.
#pragma once

#include <string>

#include "tools/server/schema/schema.hpp"

namespace edo::schema {

// As graphql-js prints it, in alphabetical order.
[[nodiscard]] std::string print_sdl(const Schema& schema);

}  // namespace edo::schema
