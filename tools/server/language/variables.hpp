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

// A view of the operation and of `given`, which must outlive it.
class Variables {
 public:
  // Throws RequestError for a variable that requires a value and has none. Values for undeclared
  // variables are accepted, since clients send them.
  Variables(const Operation& operation, const nlohmann::json& given);

  // The value, or the value of the variable. Throws RequestError if the variable is not declared,
  // or if its type does not fit `location`.
  [[nodiscard]] Input resolve(Input input, const TypeReference& location, const Path& path) const;

  // As JSON, with variables replaced. A number that is too large for a double becomes a string.
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
