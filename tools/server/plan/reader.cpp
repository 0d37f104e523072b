#include "tools/server/plan/reader.hpp"

#include <algorithm>
#include <charconv>

#include "tools/server/language/lexer.hpp"
#include "tools/server/plan/numbers.hpp"

namespace edo::plan {
namespace {

// The maximum nesting of lists and objects, which also bounds the depth of the SQL.
constexpr std::size_t kMaxPathLength = 200;

[[noreturn]] void refuse_kind(const Place& place, const std::string& expected) {
  language::refuse(place.path, "expected " + expected + " for type '" + place.type->name +
                                   "', but found " + place.input.describe());
}

void check_name(const std::string& key, const language::Path& path) {
  if (language::is_name(key)) return;
  language::refuse(path, "variable value contains object with key \"" + key +
                             "\", which is not a legal GraphQL name");
}

template <typename Integer>
Integer whole_number(const Place& place, const std::string& digits) {
  if (const auto number = parse_whole<Integer>(digits)) return *number;
  language::refuse(
      place.path,
      "The value " + scientific(digits) +
          " lies outside the bounds or is not an integer. Maybe it is a float, or is there "
          "integer overflow?",
      "parse-failed");
}

}  // namespace

const Place* find_place(const std::vector<Place>& places, std::string_view name) {
  const auto found = std::find_if(places.begin(), places.end(),
                                  [&](const Place& place) { return place.field->name == name; });
  return found == places.end() ? nullptr : &*found;
}

const Place* find_given(const std::vector<Place>& places, std::string_view name) {
  const Place* place = find_place(places, name);
  return place == nullptr || place->input.is_null() ? nullptr : place;
}

Place Reader::place(language::Input input, const schema::InputField& field,
                    const language::TypeReference& type, const language::Path& path) const {
  if (path.length() > kMaxPathLength) {
    language::refuse(
        {}, "an argument is nested deeper than " + std::to_string(kMaxPathLength) + " levels");
  }
  return {variables_.resolve(input, type, path), &type, path, &field};
}

std::vector<Place> Reader::arguments(const schema::OutputField& definition,
                                     const language::Field& field,
                                     const language::Path& path) const {
  for (const language::Argument& argument : field.arguments) {
    if (definition.find_argument(argument.name) != nullptr) continue;
    language::refuse(path.parent(), language::in_quotes(field.name) + " has no argument named " +
                                        language::in_quotes(argument.name));
  }
  std::vector<Place> places;
  places.reserve(definition.arguments.size());
  for (const schema::InputField& known : definition.arguments) {
    const auto given = std::find_if(
        field.arguments.begin(), field.arguments.end(),
        [&](const language::Argument& argument) { return argument.name == known.name; });
    const language::Path place_path(path, known.name);
    if (given != field.arguments.end()) {
      places.push_back(place(language::Input(given->value), known, known.type, place_path));
    } else if (known.type.non_null) {
      language::refuse(place_path, "missing required field " + language::in_quotes(known.name));
    }
  }
  return places;
}

std::vector<Place> Reader::members(const Place& object) const {
  const schema::Type& type = schema_.type(object.type->name);
  std::vector<std::pair<const schema::InputField*, language::Input>> given;
  const auto add = [&](const std::string& name, language::Input input) {
    const schema::InputField* known = type.find_input(name);
    if (known == nullptr) {
      language::refuse(language::Path(object.path, name),
                       "field " + language::in_quotes(name) +
                           " not found in type: " + language::in_quotes(type.name));
    }
    given.emplace_back(known, input);
  };
  if (const nlohmann::json* json = object.input.json(); json != nullptr && json->is_object()) {
    for (const auto& [name, value] : json->items()) {
      check_name(name, object.path);
      add(name, language::Input(value));
    }
  } else if (const auto* literal = object.input.literal<language::ObjectValue>()) {
    for (const language::ObjectMember& member : literal->members)
      add(member.name, language::Input(member.value));
  } else {
    refuse_kind(object, "an object");
  }

  std::vector<Place> places;
  places.reserve(given.size());
  for (const schema::InputField& known : type.inputs) {
    const auto found = std::find_if(given.begin(), given.end(),
                                    [&](const auto& entry) { return entry.first == &known; });
    const language::Path path(object.path, known.name);
    if (found != given.end()) {
      places.push_back(place(found->second, known, known.type, path));
    } else if (known.type.non_null) {
      language::refuse(path, "missing required field " + language::in_quotes(known.name));
    }
  }
  return places;
}

std::vector<Place> Reader::items(const Place& list) const {
  const language::TypeReference& type = list.type->item[0];
  std::vector<Place> places;
  const auto add = [&](language::Input input) {
    places.push_back(place(input, *list.field, type, language::Path(list.path, places.size())));
  };
  if (list.input.is_null()) language::refuse(list.path, "expected a list, but found null");
  if (const nlohmann::json* json = list.input.json(); json != nullptr && json->is_array()) {
    places.reserve(json->size());
    for (const nlohmann::json& item : *json) add(language::Input(item));
  } else if (const auto* literal = list.input.literal<language::ListValue>()) {
    places.reserve(literal->items.size());
    for (const language::Value& item : literal->items) add(language::Input(item));
  } else {
    add(list.input);
  }
  return places;
}

const schema::EnumDefinition& Reader::enumerated(const Place& place) const {
  const schema::Type& type = schema_.type(place.type->name);
  const auto* literal = place.input.literal<language::EnumValue>();
  const std::string* name = place.input.json() != nullptr ? place.input.text() : nullptr;
  if (literal != nullptr) name = &literal->name;
  if (name == nullptr) refuse_kind(place, "an enum value");
  if (const schema::EnumDefinition* value = type.find_value(*name)) return *value;
  std::string values;
  for (const schema::EnumDefinition& value : type.values) {
    values += (values.empty() ? "" : ", ") + language::in_quotes(value.name);
  }
  language::refuse(place.path, "expected one of the values [" + values + "] for type " +
                                   language::in_quotes(type.name) + ", but found " +
                                   language::in_quotes(*name));
}

bool Reader::boolean(const Place& place) const {
  if (const bool* value = place.input.boolean()) return *value;
  refuse_kind(place, "a boolean");
}

std::uint64_t Reader::natural(const Place& place) const {
  const std::string digits = place.input.number();
  const bool is_number =
      place.input.json() != nullptr || place.input.literal<language::IntValue>() != nullptr;
  if (digits.empty() || digits[0] == '-' || !is_number) {
    refuse_kind(place, "a non-negative 32-bit integer");
  }
  return static_cast<std::uint64_t>(whole_number<std::int32_t>(place, digits));
}

std::int64_t Reader::offset(const Place& place) const {
  if (const std::string* text = place.input.text()) {
    if (const auto number = parse_whole<std::int64_t>(*text); number && (*text)[0] != '-') {
      return *number;
    }
  } else if (const std::string digits = place.input.number();
             !digits.empty() && place.input.literal<language::FloatValue>() == nullptr) {
    return whole_number<std::int64_t>(place, digits);
  }
  refuse_kind(place, "a 32-bit integer, or a 64-bit integer represented as a string");
}

const std::string& Reader::text(const Place& place) const {
  if (const std::string* value = place.input.text()) return *value;
  refuse_kind(place, "a string");
}

}  // namespace edo::plan
