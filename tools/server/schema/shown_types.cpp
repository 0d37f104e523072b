#include "tools/server/schema/shown_types.hpp"

#include <algorithm>
#include <set>

#include "tools/server/language/type_reference.hpp"

namespace edo::schema {
namespace {

class Walk {
 public:
  explicit Walk(const Schema& schema) : schema_(schema) {}

  void visit(const std::string& name) {
    if (!seen_.insert(name).second) return;
    const Type& type = schema_.type(name);
    for (const auto& field : type.fields) {
      visit(language::innermost_name(field.type));
      for (const auto& argument : field.arguments) visit(language::innermost_name(argument.type));
    }
    for (const auto& input : type.inputs) visit(language::innermost_name(input.type));
  }

  // In order of their names.
  [[nodiscard]] const std::set<std::string>& seen() const { return seen_; }

 private:
  const Schema& schema_;
  std::set<std::string> seen_;
};

template <typename Items>
void sort_by_name(Items& items) {
  std::sort(items.begin(), items.end(),
            [](const auto& left, const auto& right) { return left.name < right.name; });
}

}  // namespace

std::vector<Type> shown_types(const Schema& schema) {
  Walk walk(schema);
  // The types that introspection and directives use.
  for (const char* name : {"Boolean", "Int", "String"}) walk.visit(name);
  walk.visit("query_root");
  if (!schema.subscription_root().fields.empty()) walk.visit("subscription_root");
  std::vector<Type> types;
  for (const auto& name : walk.seen()) {
    types.push_back(schema.type(name));
    // An object must have a field. Hasura shows this one to a role that may not see anything.
    if (types.back().kind == TypeKind::object && types.back().fields.empty()) {
      types.back().fields.emplace_back();
      types.back().fields.back().name = "no_queries_available";
      types.back().fields.back().type = language::non_null(language::named_type("String"));
    }
    sort_by_name(types.back().fields);
    for (auto& field : types.back().fields) sort_by_name(field.arguments);
    sort_by_name(types.back().inputs);
    sort_by_name(types.back().values);
  }
  return types;
}

const std::vector<DirectiveDefinition>& shown_directives() {
  const auto condition = [](const char* what) {
    return std::vector<DirectiveArgument>{
        {"if", what, language::non_null(language::named_type("Boolean")), ""}};
  };
  static const std::vector<std::string> kSelections = {"FIELD", "FRAGMENT_SPREAD",
                                                       "INLINE_FRAGMENT"};
  static const std::vector<DirectiveDefinition> kDirectives = {
      {"cached",
       "whether this query should be cached",
       {{"ttl", "measured in seconds", language::non_null(language::named_type("Int")), "60"},
        {"refresh", "refresh the cache entry", language::non_null(language::named_type("Boolean")),
         "false"}},
       {"QUERY"},
       false},
      {"include", "whether this query should be included", condition("Included when true."),
       kSelections},
      {"skip", "whether this query should be skipped", condition("Skipped when true."),
       kSelections},
  };
  return kDirectives;
}

bool is_specified_scalar(const Type& type) {
  return type.kind == TypeKind::scalar && (type.name == "Boolean" || type.name == "Float" ||
                                           type.name == "Int" || type.name == "String");
}

}  // namespace edo::schema
