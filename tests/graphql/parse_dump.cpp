// Reads a JSON array of GraphQL texts on standard input and writes what our parser makes of each:
// the document, or null if it is refused. The test beside it says what the form is to be.
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tools/server/language/error.hpp"
#include "tools/server/language/parser.hpp"
#include "tools/server/language/type_reference.hpp"

using namespace edo::language;
using nlohmann::json;

namespace {

json dump(const Value& value);

struct DumpValue {
  json operator()(const NullValue&) const { return {"null"}; }
  json operator()(bool value) const { return {"boolean", value}; }
  json operator()(const IntValue& value) const { return {"int", value.digits}; }
  json operator()(const FloatValue& value) const { return {"float", value.digits}; }
  json operator()(const std::string& value) const { return {"string", value}; }
  json operator()(const EnumValue& value) const { return {"enum", value.name}; }
  json operator()(const VariableUse& value) const { return {"variable", value.name}; }
  json operator()(const ListValue& value) const {
    json items = json::array();
    for (const auto& item : value.items) items.push_back(dump(item));
    return {"list", items};
  }
  json operator()(const ObjectValue& value) const {
    json members = json::array();
    for (const auto& member : value.members) {
      members.push_back(json::array({member.name, dump(member.value)}));
    }
    return {"object", members};
  }
};

json dump(const Value& value) { return std::visit(DumpValue{}, value.kind); }

json dump(const std::vector<Argument>& arguments) {
  json result = json::array();
  for (const auto& argument : arguments) {
    result.push_back(json::array({argument.name, dump(argument.value)}));
  }
  return result;
}

json dump(const std::vector<Directive>& directives) {
  json result = json::array();
  for (const auto& directive : directives) {
    result.push_back(json::array({directive.name, dump(directive.arguments)}));
  }
  return result;
}

json dump(const SelectionSet& selections);

struct DumpSelection {
  json operator()(const Field& field) const {
    return {{"alias", field.alias},
            {"name", field.name},
            {"arguments", dump(field.arguments)},
            {"directives", dump(field.directives)},
            {"selections", dump(field.selections)},
            {"location", {field.location.line, field.location.column}}};
  }
  json operator()(const FragmentSpread& spread) const {
    return {{"spread", spread.name}, {"directives", dump(spread.directives)}};
  }
  json operator()(const InlineFragment& fragment) const {
    return {{"on", fragment.type_condition},
            {"directives", dump(fragment.directives)},
            {"selections", dump(fragment.selections)}};
  }
};

json dump(const SelectionSet& selections) {
  json result = json::array();
  for (const auto& selection : selections) result.push_back(std::visit(DumpSelection{}, selection));
  return result;
}

const char* name_of(OperationKind kind) {
  switch (kind) {
    case OperationKind::query:
      return "query";
    case OperationKind::mutation:
      return "mutation";
    case OperationKind::subscription:
      break;
  }
  return "subscription";
}

json dump(const Document& document) {
  json result = {{"operations", json::array()}, {"fragments", json::array()}};
  for (const auto& operation : document.operations) {
    json variables = json::array();
    for (const auto& variable : operation.variables) {
      variables.push_back(
          json::array({variable.name, to_text(variable.type),
                       variable.default_value ? dump(*variable.default_value) : json(nullptr)}));
    }
    result["operations"].push_back({{"kind", name_of(operation.kind)},
                                    {"name", operation.name},
                                    {"variables", variables},
                                    {"directives", dump(operation.directives)},
                                    {"selections", dump(operation.selections)}});
  }
  for (const auto& fragment : document.fragments) {
    result["fragments"].push_back({{"name", fragment.name},
                                   {"on", fragment.type_condition},
                                   {"selections", dump(fragment.selections)}});
  }
  return result;
}

}  // namespace

int main() {
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  json results = json::array();
  for (const auto& text : json::parse(input)) {
    try {
      results.push_back(dump(parse(text.get_ref<const std::string&>())));
    } catch (const RequestError&) {
      results.push_back(nullptr);
    }
  }
  std::cout << results.dump() << '\n';
}
