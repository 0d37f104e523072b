#include "tools/server/schema/schema.hpp"

#include "tools/server/language/find_by_name.hpp"

namespace edo::schema {

const InputField* OutputField::find_argument(std::string_view argument_name) const {
  return language::find_by_name(arguments, argument_name);
}

const OutputField* Type::find_field(std::string_view field_name) const {
  return language::find_by_name(fields, field_name);
}

const InputField* Type::find_input(std::string_view field_name) const {
  return language::find_by_name(inputs, field_name);
}

const EnumDefinition* Type::find_value(std::string_view value_name) const {
  return language::find_by_name(values, value_name);
}

const Type& Schema::type(std::string_view name) const { return types.find(name)->second; }

}  // namespace edo::schema
