// The variables of an operation with the values that the request gives them.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "tools/server/language/ast.hpp"
#include "tools/server/language/input.hpp"
#include "tools/server/language/path.hpp"

namespace edo::language {

// Views of the operation and of `given`, which must outlive it.
class Variables {
 public:
  // Throws RequestError for a variable that needs a value and has none. Values for variables that
  // are not declared are accepted: clients send them.
  Variables(const Operation& operation, const nlohmann::json& given);

  // The value itself, or what the variable stands for that is used there. Throws RequestError if
  // the variable is not declared, or with a type that does not fit `location`.
  [[nodiscard]] Input resolve(Input input, const TypeReference& location, const Path& path) const;

  // As JSON, with the variables inside replaced. A number too large for a double becomes a string.
  [[nodiscard]] nlohmann::json to_json(const Input& input) const;

 private:
  struct Variable {
    const VariableDefinition* definition;
    Input value;
  };

  [[nodiscard]] const Variable& find(const std::string& name) const;

  std::map<std::string, Variable, std::less<>> variables_;
};

}  // namespace edo::language
