#include "tools/server/language/input.hpp"

#include <algorithm>

#include "tools/server/language/json.hpp"

namespace edo::language {
namespace {

struct Described {
  const char* operator()(const NullValue&) const { return "null"; }
  const char* operator()(bool) const { return "a boolean"; }
  const char* operator()(const IntValue&) const { return "an integer"; }
  const char* operator()(const FloatValue&) const { return "a float"; }
  const char* operator()(const std::string&) const { return "a string"; }
  const char* operator()(const EnumValue&) const { return "an enum value"; }
  const char* operator()(const VariableUse&) const { return "a variable"; }
  const char* operator()(const ListValue&) const { return "a list"; }
  const char* operator()(const ObjectValue&) const { return "an object"; }
};

// Sorted by name. There may be as many as fit into a request, and none of them is checked yet.
template <typename Named>
std::vector<const Named*> by_name(const std::vector<Named>& all) {
  std::vector<const Named*> sorted;
  sorted.reserve(all.size());
  for (const Named& each : all) sorted.push_back(&each);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Named* a, const Named* b) { return a->name < b->name; });
  return sorted;
}

template <typename Named>
bool same_named(const std::vector<Named>& one, const std::vector<Named>& other) {
  if (one.size() != other.size()) return false;
  const auto ours = by_name(one);
  const auto theirs = by_name(other);
  return std::equal(ours.begin(), ours.end(), theirs.begin(), [](const Named* a, const Named* b) {
    return a->name == b->name && same_value(a->value, b->value);
  });
}

struct Same {
  bool operator()(const NullValue&, const NullValue&) const { return true; }
  bool operator()(bool a, bool b) const { return a == b; }
  bool operator()(const IntValue& a, const IntValue& b) const { return a.digits == b.digits; }
  bool operator()(const FloatValue& a, const FloatValue& b) const { return a.digits == b.digits; }
  bool operator()(const std::string& a, const std::string& b) const { return a == b; }
  bool operator()(const EnumValue& a, const EnumValue& b) const { return a.name == b.name; }
  bool operator()(const VariableUse& a, const VariableUse& b) const { return a.name == b.name; }
  bool operator()(const ListValue& a, const ListValue& b) const {
    return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same_value);
  }
  bool operator()(const ObjectValue& a, const ObjectValue& b) const {
    return same_named(a.members, b.members);
  }
  template <typename A, typename B>
  bool operator()(const A&, const B&) const {
    return false;
  }
};

}  // namespace

bool Input::is_null() const {
  const nlohmann::json* value = json();
  return value != nullptr ? value->is_null() : literal<NullValue>() != nullptr;
}

const char* Input::describe() const {
  const nlohmann::json* value = json();
  if (value == nullptr) return std::visit(Described{}, std::get<const Value*>(at_)->kind);
  if (value->is_null()) return "null";
  if (value->is_boolean()) return "a boolean";
  if (value->is_string()) return "a string";
  if (is_number(*value)) return "a number";
  return value->is_array() ? "a list" : "an object";
}

const nlohmann::json* Input::json() const {
  const auto* value = std::get_if<const nlohmann::json*>(&at_);
  return value == nullptr ? nullptr : *value;
}

const std::string* Input::text() const {
  const nlohmann::json* value = json();
  return value != nullptr ? value->get_ptr<const std::string*>() : literal<std::string>();
}

const bool* Input::boolean() const {
  const nlohmann::json* value = json();
  return value != nullptr ? value->get_ptr<const bool*>() : literal<bool>();
}

std::string Input::number() const {
  if (const nlohmann::json* value = json()) return is_number(*value) ? number_text(*value) : "";
  if (const auto* integer = literal<IntValue>()) return integer->digits;
  if (const auto* decimal = literal<FloatValue>()) return decimal->digits;
  return "";
}

bool same_value(const Value& one, const Value& other) {
  return std::visit(Same{}, one.kind, other.kind);
}

bool same_arguments(const std::vector<Argument>& one, const std::vector<Argument>& other) {
  return same_named(one, other);
}

}  // namespace edo::language
