#include "tools/server/schema/sdl.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "tools/server/language/type_reference.hpp"
#include "tools/server/schema/shown_types.hpp"

namespace edo::schema {
namespace {

// A block string loses indentation and blank lines, and cannot contain every character.
bool fits_block_string(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  return !is_blank(text.front()) && !is_blank(text.back()) &&
         text.find("\n ") == std::string_view::npos &&
         text.find("\n\t") == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
         });
}

// Separate lines for long text, and for text that ends in a character that the closing quotes would
// change.
std::string block_string(const std::string& text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "\"\"\"") == 0) {
      escaped += "\\\"\"\"";
      i += 2;
    } else {
      escaped += text[i];
    }
  }
  const bool has_lines = text.find('\n') != std::string::npos || text.size() > 70 ||
                         text.back() == '"' || text.back() == '\\';
  return has_lines ? "\"\"\"\n" + escaped + "\n\"\"\"" : "\"\"\"" + escaped + "\"\"\"";
}

// The first one in its block has no empty line before it.
std::string described(const std::string& text, const std::string& indent, bool is_first) {
  if (text.empty()) return "";
  const std::string quoted =
      fits_block_string(text) ? block_string(text) : nlohmann::json(text).dump();
  std::string result = indent.empty() || is_first ? indent : "\n" + indent;
  for (const char c : quoted) {
    result += c;
    if (c == '\n') result += indent;
  }
  return result + "\n";
}

std::string declared(const InputField& input) {
  return input.name + ": " + language::to_text(input.type);
}

std::string declared(const DirectiveArgument& argument) {
  const std::string text = argument.name + ": " + language::to_text(argument.type);
  return argument.default_value.empty() ? text : text + " = " + argument.default_value;
}

// In one line unless one of them has a description.
template <typename Arguments>
std::string print_arguments(const Arguments& arguments, const std::string& indent) {
  if (arguments.empty()) return "";
  const bool in_lines = std::any_of(arguments.begin(), arguments.end(),
                                    [](const auto& a) { return !a.description.empty(); });
  std::string text;
  for (const auto& argument : arguments) {
    const bool is_first = text.empty();
    if (!in_lines) {
      text += (is_first ? "" : ", ") + declared(argument);
      continue;
    }
    text += is_first ? "" : "\n";
    text += described(argument.description, indent + "  ", is_first);
    text += indent + "  " + declared(argument);
  }
  return in_lines ? "(\n" + text + "\n" + indent + ")" : "(" + text + ")";
}

std::string print(const DirectiveDefinition& directive) {
  std::string text = described(directive.description, "", true) + "directive @" + directive.name +
                     print_arguments(directive.arguments, "") + " on ";
  for (const auto& location : directive.locations) {
    text += (location == directive.locations.front() ? "" : " | ") + location;
  }
  return text;
}

template <typename Items, typename Line>
std::string print_block(const Items& items, const Line& line) {
  std::string text = " {\n";
  for (const auto& item : items) {
    text += described(item.description, "  ", &item == &items.front()) + "  " + line(item) + "\n";
  }
  return text + "}";
}

std::string print(const Type& type) {
  const std::string description = described(type.description, "", true);
  switch (type.kind) {
    case TypeKind::scalar:
      return description + "scalar " + type.name;
    case TypeKind::object:
      return description + "type " + type.name +
             print_block(type.fields, [](const OutputField& field) {
               return field.name + print_arguments(field.arguments, "  ") + ": " +
                      language::to_text(field.type);
             });
    case TypeKind::input_object:
      return description + "input " + type.name +
             print_block(type.inputs, [](const InputField& input) { return declared(input); });
    case TypeKind::enumeration:
      break;
  }
  return description + "enum " + type.name +
         print_block(type.values, [](const EnumDefinition& value) { return value.name; });
}

}  // namespace

std::string print_sdl(const Schema& schema) {
  std::string text = "schema {\n  query: query_root\n";
  if (!schema.subscription_root().fields.empty()) text += "  subscription: subscription_root\n";
  text += "}\n";
  for (const auto& directive : shown_directives()) {
    if (!directive.is_specified) text += "\n" + print(directive) + "\n";
  }
  for (const auto& type : shown_types(schema)) {
    if (!is_specified_scalar(type)) text += "\n" + print(type) + "\n";
  }
  return text;
}

}  // namespace edo::schema
