#include "tools/server/language/type_reference.hpp"

#include <utility>

namespace edo::language {

TypeReference named_type(std::string name) {
  TypeReference type;
  type.name = std::move(name);
  return type;
}

TypeReference list_of(TypeReference item) {
  TypeReference list;
  list.item.push_back(std::move(item));
  return list;
}

TypeReference non_null(TypeReference type) {
  type.non_null = true;
  return type;
}

TypeReference nullable(TypeReference type) {
  type.non_null = false;
  return type;
}

std::string to_text(const TypeReference& type) {
  const std::string text = type.item.empty() ? type.name : "[" + to_text(type.item[0]) + "]";
  return type.non_null ? text + "!" : text;
}

const std::string& innermost_name(const TypeReference& type) {
  return type.item.empty() ? type.name : innermost_name(type.item[0]);
}

bool is_subtype(const TypeReference& type, const TypeReference& of) {
  if (of.non_null && !type.non_null) return false;
  if (type.item.empty() != of.item.empty()) return false;
  return type.item.empty() ? type.name == of.name : is_subtype(type.item[0], of.item[0]);
}

}  // namespace edo::language
