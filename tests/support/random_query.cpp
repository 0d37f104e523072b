#include "support/random_query.hpp"

#include "tools/server/language/type_reference.hpp"

namespace edo::testing {

namespace {

constexpr int kMaxDepth = 3;

std::string in_parentheses(const std::string& arguments) {
  return arguments.empty() ? "" : "(" + arguments + ")";
}

const model::Table* table_of(const schema::Subject& subject) {
  if (const auto* table = std::get_if<const model::Table*>(&subject)) return *table;
  if (const auto* relationship = std::get_if<const model::Relationship*>(&subject)) {
    return (*relationship)->remote;
  }
  return nullptr;
}

}  // namespace

std::string RandomQuery::query() {
  std::string text = "{";
  for (unsigned i = 0; i <= choose_(3); ++i) {
    text += maybe_left_out(" r" + std::to_string(i) + ": ", one_of(schema_.query_root().fields), 0);
  }
  // Selects nothing, and a fragment must be used.
  return text + " ...Nothing } fragment Nothing on no_such_type { nothing }";
}

std::string RandomQuery::maybe_left_out(const std::string& alias, const schema::OutputField& chosen,
                                        int depth) {
  const std::string arguments = in_parentheses(this->arguments(chosen));
  std::string text = alias + chosen.name + arguments;
  if (chance(4)) text += chance(2) ? " @skip(if: true)" : " @include(if: true)";
  const schema::Type& type = schema_.type(language::innermost_name(chosen.type));
  if (type.kind == schema::TypeKind::object) text += " { " + selections(type, depth + 1) + " }";
  return text;
}

// May select nothing at all.
std::string RandomQuery::selections(const schema::Type& type, int depth) {
  std::string text = chance(3) ? "...Nothing" : "__typename";
  if (chance(8)) return text + " @skip(if: true)";
  for (unsigned i = 0; i <= choose_(4); ++i) {
    const schema::OutputField& chosen = one_of(type.fields);
    const bool is_object =
        schema_.type(language::innermost_name(chosen.type)).kind == schema::TypeKind::object;
    if (is_object && depth >= kMaxDepth) continue;
    const std::string one = maybe_left_out(" f" + std::to_string(i) + ": ", chosen, depth);
    text += chance(6) ? " ... on " + type.name + " {" + one + " }" : one;
  }
  return text;
}

std::string RandomQuery::arguments(const schema::OutputField& field) {
  if (field.find_argument("where") != nullptr) return row_arguments(*table_of(field.subject));
  std::string text;
  for (const schema::InputField& argument : field.arguments) {
    std::string value;
    if (argument.name == "keys") {
      const schema::Type& key = schema_.type(language::innermost_name(argument.type));
      value = "{column: " + one_of(schema_.type(key.inputs[0].type.name).values).name + "}";
      value = chance(6) ? "[]" : "[" + value + "]";
    } else if (argument.name == "path") {
      if (chance(2)) value = one_of(literals_["path"]);
    } else if (argument.type.non_null || chance(3)) {
      value = literal(argument.type);
      if (argument.type.item.size() == 1 && !value.empty()) value = "[" + value + "]";
    }
    if (!value.empty()) text += argument.name + ": " + value + " ";
  }
  return text;
}

std::string RandomQuery::row_arguments(const model::Table& table) {
  std::string text;
  if (chance(2)) text += "where: " + condition(schema_.type(table.name + "_bool_exp"), 0) + " ";
  // Without a primary key there is no order that leaves nothing open.
  if (table.primary_key.empty()) return text;
  text += "order_by: " + order_by(table) + " ";
  if (chance(2)) text += "limit: " + std::to_string(choose_(5)) + " ";
  if (chance(4)) text += "offset: " + std::to_string(choose_(3)) + " ";
  return text;
}

std::string RandomQuery::direction() { return one_of(schema_.type("order_by").values).name; }

std::string RandomQuery::order_by(const model::Table& table) {
  std::string text = "[";
  const schema::Type& type = schema_.type(table.name + "_order_by");
  for (unsigned i = 0; i < choose_(3); ++i) {
    const schema::InputField& by = one_of(type.inputs);
    if (by.type.name == "order_by") {
      text += "{" + by.name + ": " + direction() + "} ";
      continue;
    }
    const schema::InputField& nested = one_of(schema_.type(by.type.name).inputs);
    std::string order;
    if (nested.type.name == "order_by") {
      order = direction();
    } else if (const schema::InputField& last = one_of(schema_.type(nested.type.name).inputs);
               last.type.name == "order_by") {
      order = "{" + last.name + ": " + direction() + "}";
    }
    if (!order.empty()) text += "{" + by.name + ": {" + nested.name + ": " + order + "}} ";
  }
  for (const model::Column* column : table.primary_key) text += "{" + column->name + ": asc} ";
  return text + "]";
}

std::string RandomQuery::condition(const schema::Type& type, int depth) {
  std::string text = "{";
  for (unsigned i = 0; i <= choose_(2); ++i) {
    const schema::InputField& chosen = one_of(type.inputs);
    if (text.find(" " + chosen.name + ":") == std::string::npos) text += member(chosen, depth);
  }
  return text + " }";
}

std::string RandomQuery::member(const schema::InputField& member, int depth) {
  const schema::Type& type = schema_.type(language::innermost_name(member.type));
  const bool is_list = !member.type.item.empty();
  std::string value;
  if (type.kind == schema::TypeKind::input_object) {
    const bool is_function = type.name.find("_aggregate_bool_exp_") != std::string::npos;
    if (depth > kMaxDepth && !is_function) return "";
    if (is_function) {
      value = aggregate_condition(type, depth);
    } else if (type.name.ends_with("_aggregate_bool_exp")) {
      value = "{" + this->member(one_of(type.inputs), depth) + " }";
    } else {
      value = condition(type, depth + 1);
      if (is_list && chance(2)) value += ", " + condition(type, depth + 1);
    }
  } else {
    value = literal(member.type);
    if (value.empty()) return "";
    if (is_list && chance(2)) value += ", " + literal(member.type);
  }
  return " " + member.name + ": " + (is_list ? "[" + value + "]" : value);
}

std::string RandomQuery::aggregate_condition(const schema::Type& type, int depth) {
  std::string text = "{";
  for (const schema::InputField& input : type.inputs) {
    const schema::Type& of = schema_.type(language::innermost_name(input.type));
    if (input.name == "predicate") {
      text += " predicate: " + condition(of, depth + 1);
    } else if (input.name == "arguments" && of.kind == schema::TypeKind::input_object) {
      text += " arguments: {X: " + literal(of.inputs[0].type) +
              " Y: " + literal(of.inputs[1].type) + "}";
    } else if (input.type.non_null || (input.name != "filter" && chance(3))) {
      text += " " + input.name + ": " + literal(input.type);
    }
  }
  return text + " }";
}

std::string RandomQuery::literal(const language::TypeReference& type) {
  const schema::Type& named = schema_.type(language::innermost_name(type));
  if (named.kind == schema::TypeKind::enumeration) return one_of(named.values).name;
  const auto known = literals_.find(named.name);
  return known == literals_.end() ? "" : one_of(known->second);
}

}  // namespace edo::testing
