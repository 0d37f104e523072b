#include "tools/server/schema/introspection.hpp"

#include <algorithm>

#include "tools/server/language/path.hpp"
#include "tools/server/language/type_reference.hpp"
#include "tools/server/schema/introspection_types.hpp"
#include "tools/server/schema/shown_types.hpp"

namespace edo::schema {
namespace {

using nlohmann::json;

const char* name_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::scalar:
      return "SCALAR";
    case TypeKind::object:
      return "OBJECT";
    case TypeKind::input_object:
      return "INPUT_OBJECT";
    case TypeKind::enumeration:
      break;
  }
  return "ENUM";
}

json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

// Writes everything as JSON. A type inside a field is only named; the rest of it is in the list of
// types.
class Describer {
 public:
  explicit Describer(const Schema& schema) : types_(shown_types(schema)) {
    for (const auto& [name, type] : introspection_types()) types_.push_back(type);
    for (const auto& type : types_) kinds_[type.name] = name_of(type.kind);
  }

  [[nodiscard]] json types() const {
    json result = json::object();
    for (const auto& type : types_) result[type.name] = described(type);
    return result;
  }

  [[nodiscard]] json directives() const {
    json result = json::array();
    for (const auto& directive : shown_directives()) {
      json arguments = json::array();
      for (const auto& argument : directive.arguments) {
        arguments.push_back(input(argument.name, argument.description, argument.type));
        arguments.back()["defaultValue"] = text_or_null(argument.default_value);
      }
      result.push_back({{"name", directive.name},
                        {"description", directive.description},
                        {"locations", directive.locations},
                        {"args", std::move(arguments)},
                        {"isRepeatable", false}});
    }
    return result;
  }

  [[nodiscard]] json named(const std::string& name) const {
    return {{"kind", kinds_.at(name)}, {"name", name}};
  }
  [[nodiscard]] bool has(const std::string& name) const { return kinds_.contains(name); }

 private:
  [[nodiscard]] json described(const Type& type) const {
    json result = named(type.name);
    result["description"] = text_or_null(type.description);
    if (type.kind == TypeKind::object) {
      result["interfaces"] = json::array();
      result["fields"] = json::array();
      for (const auto& field : type.fields) {
        result["fields"].push_back({{"name", field.name},
                                    {"description", text_or_null(field.description)},
                                    {"args", inputs(field.arguments)},
                                    {"type", reference(field.type)},
                                    {"isDeprecated", false}});
      }
    } else if (type.kind == TypeKind::input_object) {
      result["inputFields"] = inputs(type.inputs);
      result["isOneOf"] = false;
    } else if (type.kind == TypeKind::enumeration) {
      result["enumValues"] = json::array();
      for (const auto& value : type.values) {
        result["enumValues"].push_back({{"name", value.name},
                                        {"description", text_or_null(value.description)},
                                        {"isDeprecated", false}});
      }
    }
    return result;
  }

  [[nodiscard]] json inputs(const std::vector<InputField>& inputs) const {
    json result = json::array();
    for (const auto& each : inputs) {
      result.push_back(input(each.name, each.description, each.type));
    }
    return result;
  }

  [[nodiscard]] json input(const std::string& name, const std::string& description,
                           const language::TypeReference& type) const {
    return {{"name", name},
            {"description", text_or_null(description)},
            {"type", reference(type)},
            {"isDeprecated", false}};
  }

  [[nodiscard]] json reference(const language::TypeReference& type) const {
    if (type.non_null)
      return {{"kind", "NON_NULL"}, {"ofType", reference(language::nullable(type))}};
    if (!type.item.empty()) return {{"kind", "LIST"}, {"ofType", reference(type.item.front())}};
    return named(type.name);
  }

  std::vector<Type> types_;
  std::map<std::string, const char*> kinds_;
};

}  // namespace

// The selected fields of an object, computed once for any number of objects.
struct Introspection::Wanted {
  std::string key;
  std::string name;
  std::string parent;  // the type that has the field
  std::vector<Wanted> parts;
};

Introspection::Introspection(const Schema& schema, std::size_t max_bytes) : max_bytes_(max_bytes) {
  const Describer describer(schema);
  types_ = describer.types();
  schema_ = {{"queryType", describer.named("query_root")}, {"directives", describer.directives()}};
  if (describer.has("subscription_root")) {
    schema_["subscriptionType"] = describer.named("subscription_root");
  }
  for (const auto& [name, type] : types_.items()) {
    schema_["types"].push_back(describer.named(name));
  }
}

std::string Introspection::answer(const language::SelectedField& field,
                                  language::Selections& selections,
                                  const language::Variables& variables,
                                  const language::Path& path) const {
  const bool is_schema = field.field->name == "__schema";
  const language::Path parts_path(path, "selectionSet");
  const Type& type = introspection_types().at(is_schema ? "__Schema" : "__Type");
  if (field.selections.empty())
    language::refuse(path, "missing selection set for " + language::in_quotes(type.name));
  const Wanted wanted{"", "", "", read(field.selections, type, selections, parts_path)};

  std::string out;
  if (is_schema) {
    print(schema_, wanted, out);
    return out;
  }
  const language::Path arguments(path, "args");
  const language::Path place(arguments, "name");
  const auto& given = field.field->arguments;
  const auto argument =
      std::find_if(given.begin(), given.end(),
                   [](const language::Argument& each) { return each.name == "name"; });
  if (argument == given.end()) language::refuse(place, "missing required field 'name'");
  const language::Input name = variables.resolve(
      language::Input(argument->value), language::non_null(language::named_type("String")), place);
  if (name.text() == nullptr) {
    language::refuse(
        place, std::string("expected a string for type 'String', but found ") + name.describe());
  }
  const auto found = types_.find(*name.text());
  print(found == types_.end() ? json() : *found, wanted, out);
  return out;
}

std::vector<Introspection::Wanted> Introspection::read(
    const std::vector<const language::SelectionSet*>& sets, const Type& type,
    language::Selections& selections, const language::Path& path) const {
  std::vector<Wanted> result;
  for (const auto& selected : selections.of(sets, type.name, path)) {
    const std::string& name = selected.field->name;
    Wanted wanted{std::string(selected.key), name, type.name, {}};
    const language::Path field_path(path, name);
    const OutputField* field = type.find_field(name);
    if (field == nullptr && name != "__typename") {
      language::refuse(field_path, "field " + language::in_quotes(name) +
                                       " not found in type: " + language::in_quotes(type.name));
    }
    for (const auto& argument : selected.field->arguments) {
      if (field != nullptr && field->find_argument(argument.name) != nullptr) continue;
      language::refuse(field_path, language::in_quotes(name) + " has no argument named " +
                                       language::in_quotes(argument.name));
    }
    const auto& types = introspection_types();
    const auto part =
        field == nullptr ? types.end() : types.find(language::innermost_name(field->type));
    const bool is_object = part != types.end() && part->second.kind == TypeKind::object;
    if (is_object && selected.selections.empty()) {
      language::refuse(field_path, "missing selection set for " + language::in_quotes(part->first));
    }
    if (!is_object && !selected.selections.empty()) {
      language::refuse(field_path, "unexpected subselection set for non-object field");
    }
    if (is_object) {
      const language::Path parts_path(field_path, "selectionSet");
      wanted.parts = read(selected.selections, part->second, selections, parts_path);
    }
    result.push_back(std::move(wanted));
  }
  return result;
}

void Introspection::print(const json& value, const Wanted& wanted, std::string& out) const {
  if (out.size() > max_bytes_) {
    language::refuse({}, "the answer is larger than " + std::to_string(max_bytes_) + " bytes");
  }
  if (value.is_array()) {
    out += '[';
    for (const auto& item : value) {
      if (&item != &value.front()) out += ',';
      print(item, wanted, out);
    }
    out += ']';
  } else if (!value.is_object()) {
    out += value.dump();
  } else {
    out += '{';
    for (const auto& part : wanted.parts) {
      if (&part != &wanted.parts.front()) out += ',';
      out += '"' + part.key + "\":";
      if (part.name == "__typename") {
        out += '"' + part.parent + '"';
      } else {
        print(member(value, part.name), part, out);
      }
    }
    out += '}';
  }
}

// Looks up members of a type that is only named here. Members that exist nowhere are null.
const json& Introspection::member(const json& value, const std::string& name) const {
  static const json kNull;
  const auto here = value.find(name);
  if (here != value.end()) return *here;
  if (!value.contains("kind") || !value.contains("name")) return kNull;
  const json& type = types_.at(value.at("name").get_ref<const std::string&>());
  const auto there = type.find(name);
  return there == type.end() ? kNull : *there;
}

}  // namespace edo::schema
