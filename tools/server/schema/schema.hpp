// The types that one role may use. Requests are checked against them, the planner uses them to
// resolve names to the model, and introspection and SDL print them. So what is printed is what is
// accepted.
//
// A schema points into its model, so the model must outlive it. It does not change after it is
// built.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tools/server/language/ast.hpp"
#include "tools/server/model/model.hpp"

namespace edo::schema {

// The part of the model that a name refers to. Empty for names such as `_and` or `count`.
using Subject = std::variant<std::monostate, const model::Table*, const model::Column*,
                             const model::ComputedField*, const model::Relationship*,
                             const model::TrackedFunction*, const model::FunctionArgument*>;

// How a value is read if the name of its type does not say it.
enum class Reading {
  by_type,
  column_value,  // anything that the database can convert to the column's type
  natural,       // Int, not negative
  offset,        // Int of 64 bits, also as a string
};

// An argument, or a field of an input object.
struct InputField {
  std::string name;
  language::TypeReference type;
  std::string description;
  Subject subject;
  Reading reading = Reading::by_type;
};

// What the field of an object returns.
enum class FieldKind {
  value,      // a scalar, or an object without rows of its own
  object,     // the row over an object relationship
  rows,       // of a table, or over an array relationship
  by_pk,      // one row of a table
  aggregate,  // over the rows of a table or an array relationship
  stream,     // the rows of a table beyond a cursor
};

struct OutputField {
  std::string name;
  language::TypeReference type;
  std::vector<InputField> arguments;
  std::string description;
  FieldKind kind = FieldKind::value;
  Subject subject;

  [[nodiscard]] const InputField* find_argument(std::string_view argument_name) const;
};

struct EnumDefinition {
  std::string name;
  std::string description;
  Subject subject;  // the column, in <t>_select_column
};

enum class TypeKind { scalar, object, input_object, enumeration };

struct Type {
  TypeKind kind = TypeKind::scalar;
  std::string name;
  std::string description;
  std::vector<OutputField> fields;     // of an object
  std::vector<InputField> inputs;      // of an input object, in the order in which they apply
  std::vector<EnumDefinition> values;  // of an enumeration

  [[nodiscard]] const OutputField* find_field(std::string_view field_name) const;
  [[nodiscard]] const InputField* find_input(std::string_view field_name) const;
  [[nodiscard]] const EnumDefinition* find_value(std::string_view value_name) const;
};

struct Schema {
  const model::Model* model = nullptr;
  std::string role;
  bool has_introspection = true;  // __schema and __type
  std::map<std::string, Type, std::less<>> types;

  // Only for names that exist.
  [[nodiscard]] const Type& type(std::string_view name) const;
  [[nodiscard]] const Type& query_root() const { return type("query_root"); }
  [[nodiscard]] const Type& subscription_root() const { return type("subscription_root"); }
};

[[nodiscard]] Schema build_schema(const model::Model& model, const std::string& role);

}  // namespace edo::schema
