// What of a schema is shown: the types that can be reached from its roots and the directives that
// requests may bear, all in alphabetical order, as Hasura shows them.
#pragma once

#include <string>
#include <vector>

#include "tools/server/schema/schema.hpp"

namespace edo::schema {

// Copies, whose members are sorted by name as well.
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
  bool is_specified = true;  // by GraphQL itself, so that SDL need not say it
};

[[nodiscard]] const std::vector<DirectiveDefinition>& shown_directives();

// Int, Float, String, Boolean: no SDL says them.
[[nodiscard]] bool is_specified_scalar(const Type& type);

}  // namespace edo::schema
