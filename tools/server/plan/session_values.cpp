#include "tools/server/plan/session_values.hpp"

#include <algorithm>
#include <cctype>

#include "tools/server/language/json.hpp"

namespace edo::plan {
namespace {

constexpr std::string_view kPrefix = "x-hasura-";

[[noreturn]] void refuse_array(const std::string& text) {
  language::refuse({}, "malformed array literal: \"" + text + "\"", "data-exception");
}

}  // namespace

std::optional<std::string> session_variable_name(const nlohmann::json& value) {
  if (!value.is_string()) return std::nullopt;
  std::string name = value.get<std::string>();
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return name.starts_with(kPrefix) ? std::optional(std::move(name)) : std::nullopt;
}

const std::string& session_variable(const language::Session& session, const std::string& name) {
  const auto found = session.variables.find(name);
  if (found != session.variables.end()) return found->second;
  if (name == "x-hasura-role") return session.role;
  language::refuse({}, "missing session variable: \"" + name + "\"", "not-found");
}

std::string session_document(const language::Session& session) {
  nlohmann::json variables = session.variables;
  variables["x-hasura-role"] = session.role;
  return language::jsonb_text(variables);
}

nlohmann::json value_of_text(const std::string& text, const ValueType& type) {
  if (type.type != model::ScalarType::json && type.type != model::ScalarType::jsonb) {
    return checked_value(text, type, {});
  }
  auto value = language::parse_json(text);
  if (!value) language::refuse({}, "invalid input syntax for type json", "data-exception");
  return *std::move(value);
}

std::vector<std::string> array_items(const std::string& text) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') refuse_array(text);
  std::vector<std::string> items;
  std::size_t at = 1;
  const std::size_t end = text.size() - 1;
  const auto skip_spaces = [&] {
    while (at < end && text[at] == ' ') ++at;
  };
  skip_spaces();
  while (at < end) {
    std::string item;
    skip_spaces();
    if (text[at] == '"') {
      for (++at; at < end && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
        item += text[at];
      }
      if (at >= end) refuse_array(text);
      ++at;
      skip_spaces();
    } else {
      for (; at < end && text[at] != ','; ++at) item += text[at];
      while (!item.empty() && item.back() == ' ') item.pop_back();
      if (item.empty() || item.find_first_of("{}\"") != std::string::npos) refuse_array(text);
    }
    items.push_back(std::move(item));
    if (at == end) return items;
    if (text[at] != ',' || ++at == end) refuse_array(text);
  }
  return items;
}

}  // namespace edo::plan
