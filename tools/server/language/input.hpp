// A value that a client wrote: a literal of the query, or JSON inside a variable's value.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "tools/server/language/ast.hpp"

namespace edo::language {

// A view: its source must outlive it.
class Input {
 public:
  explicit Input(const Value& literal) : at_(&literal) {}
  explicit Input(const nlohmann::json& json) : at_(&json) {}

  [[nodiscard]] bool is_null() const;
  // "a string", "an object", …, as messages name it.
  [[nodiscard]] const char* describe() const;

  // Null if it is the other kind.
  [[nodiscard]] const nlohmann::json* json() const;
  template <typename Kind>
  [[nodiscard]] const Kind* literal() const {
    const auto* value = std::get_if<const Value*>(&at_);
    return value == nullptr ? nullptr : std::get_if<Kind>(&(*value)->kind);
  }

  // Null if it is not a string or not a boolean.
  [[nodiscard]] const std::string* text() const;
  [[nodiscard]] const bool* boolean() const;
  // A number as the client wrote it or as JSON prints it; empty if it is not a number.
  [[nodiscard]] std::string number() const;

 private:
  std::variant<const Value*, const nlohmann::json*> at_;
};

// Whether both are equal, regardless of the order of named members.
[[nodiscard]] bool same_value(const Value& one, const Value& other);
[[nodiscard]] bool same_arguments(const std::vector<Argument>& one,
                                  const std::vector<Argument>& other);

}  // namespace edo::language
