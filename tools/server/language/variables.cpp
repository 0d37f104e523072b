#include "tools/server/language/variables.hpp"

#include "tools/server/language/error.hpp"
#include "tools/server/language/json.hpp"
#include "tools/server/language/type_reference.hpp"

namespace edo::language {
namespace {

const Value kNull{NullValue{}, {}};

Input value_of(const VariableDefinition& variable, const nlohmann::json& given) {
  if (const auto found = given.find(variable.name); given.is_object() && found != given.end()) {
    if (found->is_null() && variable.type.non_null) {
      refuse({}, "null value found for non-nullable type: \"" + to_text(variable.type) + "\"");
    }
    return Input(*found);
  }
  if (variable.default_value) return Input(*variable.default_value);
  if (variable.type.non_null) {
    refuse({}, "expecting a value for non-nullable variable: \"" + variable.name + "\"");
  }
  return Input(kNull);
}

// The specification's IsVariableUsageAllowed().
bool may_stand(const VariableDefinition& variable, const TypeReference& location) {
  const bool has_default = variable.default_value && !Input(*variable.default_value).is_null();
  return is_subtype(has_default ? non_null(variable.type) : variable.type, location);
}

}  // namespace

Variables::Variables(const Operation& operation, const nlohmann::json& given) {
  for (const VariableDefinition& variable : operation.variables) {
    const Variable entry{&variable, value_of(variable, given)};
    if (!variables_.emplace(variable.name, entry).second) {
      refuse({}, "multiple definitions for variable \"" + variable.name + "\"", "parse-failed");
    }
  }
}

const Variables::Variable& Variables::find(const std::string& name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) refuse({}, "unbound variable \"" + name + "\"");
  return found->second;
}

Input Variables::resolve(Input input, const TypeReference& location, const Path& path) const {
  const auto* use = input.literal<VariableUse>();
  if (use == nullptr) return input;
  const Variable& variable = find(use->name);
  if (!may_stand(*variable.definition, location)) {
    refuse(path, "variable '" + use->name + "' is declared as '" +
                     to_text(variable.definition->type) + "', but used where '" +
                     to_text(location) + "' is expected");
  }
  return variable.value;
}

nlohmann::json Variables::to_json(const Input& input) const {
  if (const nlohmann::json* value = input.json()) return *value;
  if (const auto* use = input.literal<VariableUse>()) return to_json(find(use->name).value);
  if (const auto* list = input.literal<ListValue>()) {
    nlohmann::json array = nlohmann::json::array();
    for (const Value& item : list->items) array.push_back(to_json(Input(item)));
    return array;
  }
  if (const auto* members = input.literal<ObjectValue>()) {
    nlohmann::json object = nlohmann::json::object();
    for (const ObjectMember& member : members->members) {
      object[member.name] = to_json(Input(member.value));
    }
    return object;
  }
  if (const auto* name = input.literal<EnumValue>()) return name->name;
  if (const std::string* text = input.text()) return *text;
  if (const bool* boolean = input.boolean()) return *boolean;
  return input.is_null() ? nlohmann::json() : number_as_json(input.number());
}

}  // namespace edo::language
