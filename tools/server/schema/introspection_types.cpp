#include "tools/server/schema/introspection_types.hpp"

#include <string_view>

#include "tools/server/language/type_reference.hpp"

namespace edo::schema {
namespace {

struct FieldOfType {
  const char* type;
  const char* name;
  const char* of;  // as GraphQL writes it
};

// Section 4.2 of the specification, and what later drafts have added.
constexpr FieldOfType kFields[] = {
    {"__Directive", "args", "[__InputValue!]!"},
    {"__Directive", "description", "String"},
    {"__Directive", "isRepeatable", "Boolean!"},
    {"__Directive", "locations", "[__DirectiveLocation!]!"},
    {"__Directive", "name", "String!"},
    {"__EnumValue", "deprecationReason", "String"},
    {"__EnumValue", "description", "String"},
    {"__EnumValue", "isDeprecated", "Boolean!"},
    {"__EnumValue", "name", "String!"},
    {"__Field", "args", "[__InputValue!]!"},
    {"__Field", "deprecationReason", "String"},
    {"__Field", "description", "String"},
    {"__Field", "isDeprecated", "Boolean!"},
    {"__Field", "name", "String!"},
    {"__Field", "type", "__Type!"},
    {"__InputValue", "defaultValue", "String"},
    {"__InputValue", "deprecationReason", "String"},
    {"__InputValue", "description", "String"},
    {"__InputValue", "isDeprecated", "Boolean!"},
    {"__InputValue", "name", "String!"},
    {"__InputValue", "type", "__Type!"},
    {"__Schema", "description", "String"},
    {"__Schema", "directives", "[__Directive!]!"},
    {"__Schema", "mutationType", "__Type"},
    {"__Schema", "queryType", "__Type!"},
    {"__Schema", "subscriptionType", "__Type"},
    {"__Schema", "types", "[__Type!]!"},
    {"__Type", "description", "String"},
    {"__Type", "enumValues", "[__EnumValue!]"},
    {"__Type", "fields", "[__Field!]"},
    {"__Type", "inputFields", "[__InputValue!]"},
    {"__Type", "interfaces", "[__Type!]"},
    {"__Type", "isOneOf", "Boolean"},
    {"__Type", "kind", "__TypeKind!"},
    {"__Type", "name", "String"},
    {"__Type", "ofType", "__Type"},
    {"__Type", "possibleTypes", "[__Type!]"},
    {"__Type", "specifiedByURL", "String"},
};

// Lists that may omit deprecated members.
constexpr std::string_view kDeprecable[] = {"args", "enumValues", "fields", "inputFields"};

constexpr std::pair<const char*, const char*> kValues[] = {
    {"__DirectiveLocation", "FIELD"},
    {"__DirectiveLocation", "FRAGMENT_SPREAD"},
    {"__DirectiveLocation", "INLINE_FRAGMENT"},
    {"__DirectiveLocation", "QUERY"},
    {"__TypeKind", "ENUM"},
    {"__TypeKind", "INPUT_OBJECT"},
    {"__TypeKind", "INTERFACE"},
    {"__TypeKind", "LIST"},
    {"__TypeKind", "NON_NULL"},
    {"__TypeKind", "OBJECT"},
    {"__TypeKind", "SCALAR"},
    {"__TypeKind", "UNION"},
};

language::TypeReference reference(std::string_view text) {
  if (text.ends_with('!')) {
    text.remove_suffix(1);
    return language::non_null(reference(text));
  }
  if (text.starts_with('[')) return language::list_of(reference(text.substr(1, text.size() - 2)));
  return language::named_type(std::string(text));
}

std::map<std::string, Type> make_types() {
  std::map<std::string, Type> types;
  const auto type = [&](const char* name, TypeKind kind) -> Type& {
    Type& result = types[name];
    result.name = name;
    result.kind = kind;
    return result;
  };
  for (const auto& [of, name, reference_text] : kFields) {
    OutputField field;
    field.name = name;
    field.type = reference(reference_text);
    for (const auto deprecable : kDeprecable) {
      if (deprecable != field.name) continue;
      field.arguments = {
          {"includeDeprecated", language::named_type("Boolean"), "", {}, Reading::by_type}};
    }
    type(of, TypeKind::object).fields.push_back(std::move(field));
  }
  for (const auto& [of, value] : kValues) {
    type(of, TypeKind::enumeration).values.push_back({value, "", {}});
  }
  return types;
}

}  // namespace

const std::map<std::string, Type>& introspection_types() {
  static const auto kTypes = make_types();
  return kTypes;
}

}  // namespace edo::schema
