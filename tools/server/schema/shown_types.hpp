// The visible part of a schema: the types that its roots reach, and the directives of requests, in
// alphabetical order, as Hasura shows them.
#pragma once

#include <string>
#include <vector>

#include "tools/server/schema/schema.hpp"

namespace edo::schema {

// Copies, with their members sorted by name.
[[nodiscard]] std::vector<Type> shown_types(const Schema& schema);

struct DirectiveArgument {
  std::string name;
  std::string description;
  language::TypeReference type;
  std::string default_value;  // empty: none
};

struct DirectiveDefinition {
  std::string name;
  std::string description;
  std::vector<DirectiveArgument> arguments;
  std::vector<std::string> locations;
  bool is_specified = true;  // by GraphQL itself, so SDL omits it
};

[[nodiscard]] const std::vector<DirectiveDefinition>& shown_directives();

// Int, Float, String, Boolean: SDL omits them.
[[nodiscard]] bool is_specified_scalar(const Type& type);

}  // namespace edo::schema
