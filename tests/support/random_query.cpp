#include "support/random_query.hpp"

#include <algorithm>

#include "tools/server/language/json.hpp"
#include "tools/server/language/type_reference.hpp"

namespace edo::testing {

namespace {

constexpr int kMaxDepth = 3;

void add(std::string& list, const std::string& one) {
  if (one.empty()) return;
  if (!list.empty()) list += ", ";
  list += one;
}

std::string in_parentheses(const std::string& inside) {
  return inside.empty() ? "" : "(" + inside + ")";
}

const model::Table* table_of(const schema::Subject& subject) {
  if (const auto* table = std::get_if<const model::Table*>(&subject)) return *table;
  if (const auto* function = std::get_if<const model::TrackedFunction*>(&subject)) {
    return (*function)->rows;
  }
  if (const auto* relationship = std::get_if<const model::Relationship*>(&subject)) {
    return (*relationship)->remote;
  }
  return nullptr;
}

model::ScalarType type_of(const schema::Subject& subject) {
  if (const auto* column = std::get_if<const model::Column*>(&subject)) return (*column)->type;
  if (const auto* field = std::get_if<const model::ComputedField*>(&subject)) {
    return (*field)->type;
  }
  return model::ScalarType::other;
}

bool is_float(model::ScalarType type) {
  return type == model::ScalarType::float4 || type == model::ScalarType::float8;
}

// Whether the type has results of a function that computes with all rows.
bool is_computed(const std::string& type) {
  return type.ends_with("_fields") && !type.ends_with("_min_fields") &&
         !type.ends_with("_max_fields");
}

}  // namespace

language::Request RandomQuery::request() {
  definitions_.clear();
  values_.clear();
  fragments_.clear();
  keys_ = 0;
  std::string fields;
  for (unsigned i = 0; i <= choose_(3); ++i) {
    fields += maybe_left_out(schema_.query_root(), one_of(schema_.query_root().fields), 0);
  }
  // Selects nothing, and a fragment must be used.
  const std::string text = "query" + in_parentheses(definitions_) + " {" + fields +
                           " ...Nothing } fragment Nothing on no_such_type { nothing }" +
                           fragments_;
  return {text, "", language::parse_json("{" + values_ + "}").value()};
}

std::string RandomQuery::filter(const model::Table& table) {
  for_metadata_ = true;
  std::string text = condition(schema_.type(table.name + "_bool_exp"), 1);
  for_metadata_ = false;
  return text;
}

std::string RandomQuery::response_key(const schema::Type& type, const schema::OutputField& chosen) {
  const model::ScalarType of = type_of(chosen.subject);
  std::string kind = "f";
  if (is_float(of) && is_computed(type.name) && !type.name.ends_with("_key_fields")) kind = kAbout;
  if (of == model::ScalarType::jsonb) kind = kDocument;
  return kind + std::to_string(++keys_);
}

std::string RandomQuery::maybe_left_out(const schema::Type& of, const schema::OutputField& chosen,
                                        int depth) {
  const schema::Type& type = schema_.type(language::innermost_name(chosen.type));
  std::string text =
      " " + response_key(of, chosen) + ": " + chosen.name + in_parentheses(this->arguments(chosen));
  if (chance(4)) {
    const bool is_skipped = chance(2);
    const std::string truth = chance(2) ? "true" : "false";
    text += is_skipped ? " @skip(if: " : " @include(if: ";
    text += (chance(3) ? variable("Boolean!", truth) : truth) + ")";
  }
  if (type.kind == schema::TypeKind::object) text += " { " + selections(type, depth + 1) + " }";
  return text;
}

// May select nothing at all.
std::string RandomQuery::selections(const schema::Type& type, int depth) {
  std::string text = chance(3) ? "...Nothing" : "__typename";
  if (chance(8)) return text + " @skip(if: true)";
  for (unsigned i = 0; i <= choose_(5); ++i) {
    const schema::OutputField& chosen = one_of(type.fields);
    const bool is_object =
        schema_.type(language::innermost_name(chosen.type)).kind == schema::TypeKind::object;
    if (is_object && depth >= kMaxDepth) continue;
    const std::string one = maybe_left_out(type, chosen, depth);
    text += chance(6) ? in_fragment(type, one) : one;
  }
  return text;
}

std::string RandomQuery::in_fragment(const schema::Type& type, std::string selected) {
  if (chance(2)) return " ... on " + type.name + " {" + selected + " }";
  const std::string name = "F" + std::to_string(++keys_);
  fragments_ += " fragment " + name + " on " + type.name + " {" + selected + " }";
  return " ..." + name;
}

std::string RandomQuery::arguments(const schema::OutputField& field) {
  if (field.find_argument("where") != nullptr) return row_arguments(field);
  std::string text;
  for (const schema::InputField& argument : field.arguments) {
    std::string value;
    if (argument.name == "keys") {
      value = group_keys(argument);
    } else if (argument.name == "path") {
      if (chance(2)) value = one_of(literals_["path"]);
    } else if (argument.type.non_null || chance(3)) {
      value = literal(argument.type);
      if (argument.type.item.size() == 1 && !value.empty()) value = "[" + value + "]";
    }
    if (!value.empty()) add(text, argument.name + ": " + value);
  }
  return text;
}

std::string RandomQuery::group_keys(const schema::InputField& argument) {
  if (chance(6)) return "[]";
  const schema::Type& key = schema_.type(language::innermost_name(argument.type));
  const auto& columns = schema_.type(key.inputs[0].type.name).values;
  std::string keys;
  for (unsigned i = 0; i <= choose_(2); ++i) add(keys, "{column: " + one_of(columns).name + "}");
  return "[" + keys + "]";
}

std::string RandomQuery::row_arguments(const schema::OutputField& field) {
  const model::Table& table = *table_of(field.subject);
  const std::string where =
      chance(2) ? condition(schema_.type(table.name + "_bool_exp"), 0) : std::string();
  std::string text;
  if (std::holds_alternative<const model::TrackedFunction*>(field.subject)) {
    if (const schema::InputField* given = field.find_argument("args")) {
      std::string args;
      for (const auto& input : schema_.type(given->type.name).inputs) {
        add(args, input.name + ": " + literal(input.type));
      }
      text = "args: {" + args + "}";
    }
    add(text, "where: {_and: [{}, " + (where.empty() ? "{}" : where) + "]}");
  } else if (!where.empty()) {
    text = "where: " + where;
  }
  std::vector<std::string> distinct_on;
  const auto* columns = field.find_argument("distinct_on");
  if (columns != nullptr && chance(4)) {
    for (unsigned i = 0; i <= choose_(2); ++i) {
      const auto& name = one_of(schema_.type(language::innermost_name(columns->type)).values).name;
      if (std::find(distinct_on.begin(), distinct_on.end(), name) == distinct_on.end()) {
        distinct_on.push_back(name);
      }
    }
    std::string list;
    for (const auto& name : distinct_on) add(list, name);
    add(text, "distinct_on: [" + list + "]");
  }
  add(text, "order_by: [" + order_by(table, distinct_on) + "]");
  if (chance(2)) add(text, "limit: " + std::to_string(choose_(5)));
  if (chance(4)) add(text, "offset: " + std::to_string(choose_(3)));
  return text;
}

std::string RandomQuery::direction() { return one_of(schema_.type("order_by").values).name; }

// Ends with the primary key, or with all columns where there is none, so that it leaves nothing
// open.
std::string RandomQuery::order_by(const model::Table& table,
                                  const std::vector<std::string>& distinct_on) {
  std::string text;
  for (const auto& name : distinct_on) add(text, "{" + name + ": " + direction() + "}");
  const schema::Type& type = schema_.type(table.name + "_order_by");
  for (unsigned i = 0; i < choose_(3); ++i) {
    const schema::InputField& by = one_of(type.inputs);
    if (by.type.name == "order_by") {
      add(text, "{" + by.name + ": " + direction() + "}");
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
    if (!order.empty()) add(text, "{" + by.name + ": {" + nested.name + ": " + order + "}}");
  }
  for (const auto& input : type.inputs) {
    const auto* column = std::get_if<const model::Column*>(&input.subject);
    if (column == nullptr) continue;
    const bool is_key =
        table.primary_key.empty() ||
        std::any_of(table.primary_key.begin(), table.primary_key.end(),
                    [&](const model::Column* key) { return key->name == input.name; });
    if (is_key) add(text, "{" + input.name + ": asc}");
  }
  return text;
}

std::string RandomQuery::condition(const schema::Type& type, int depth) {
  std::vector<std::string> names;
  std::string text;
  for (unsigned i = 0; i <= choose_(2); ++i) {
    const schema::InputField& chosen = one_of(type.inputs);
    if (std::find(names.begin(), names.end(), chosen.name) != names.end()) continue;
    names.push_back(chosen.name);
    add(text, member(chosen, depth));
  }
  return "{" + text + "}";
}

std::string RandomQuery::member(const schema::InputField& member, int depth) {
  const schema::Type& type = schema_.type(language::innermost_name(member.type));
  const bool is_list = !member.type.item.empty();
  std::string value;
  if (type.kind == schema::TypeKind::input_object) {
    const bool is_function = type.name.find("_aggregate_bool_exp_") != std::string::npos;
    const bool is_aggregate = type.name.ends_with("_aggregate_bool_exp");
    // A filter of metadata has no aggregates.
    if ((depth > kMaxDepth && !is_function) || (is_aggregate && for_metadata_)) return "";
    if (is_function) {
      value = aggregate_condition(type, depth);
    } else if (is_aggregate) {
      value = "{" + this->member(one_of(type.inputs), depth) + "}";
    } else {
      value = condition(type, depth + 1);
      if (is_list && chance(2)) add(value, condition(type, depth + 1));
      if (value == "{}" && member.name == "_cast") return "";
    }
  } else {
    value = literal(member.type, member.name);
    if (value.empty()) return "";
    if (is_list && chance(2)) add(value, literal(member.type, member.name));
  }
  return member.name + ": " + (is_list ? "[" + value + "]" : value);
}

std::string RandomQuery::aggregate_condition(const schema::Type& type, int depth) {
  std::string text;
  for (const schema::InputField& input : type.inputs) {
    const schema::Type& of = schema_.type(language::innermost_name(input.type));
    if (input.name == "predicate") {
      add(text, "predicate: " + condition(of, depth + 1));
    } else if (input.name == "filter") {
      if (depth <= kMaxDepth && chance(3)) add(text, "filter: " + condition(of, depth + 1));
    } else if (input.name == "arguments" && of.kind == schema::TypeKind::input_object) {
      add(text, "arguments: {X: " + literal(of.inputs[0].type) +
                    ", Y: " + literal(of.inputs[1].type) + "}");
    } else if (input.type.non_null || chance(3)) {
      const std::string value = literal(input.type);
      add(text, input.name + ": " + (input.type.item.empty() ? value : "[" + value + "]"));
    }
  }
  return "{" + text + "}";
}

std::string RandomQuery::literal(const language::TypeReference& type,
                                 const std::string& operation) {
  const schema::Type& named = schema_.type(language::innermost_name(type));
  const bool may_vary = !for_metadata_ && chance(6);
  if (named.kind == schema::TypeKind::enumeration) {
    const std::string& value = one_of(named.values).name;
    return may_vary ? variable(named.name + "!", "\"" + value + "\"") : value;
  }
  auto known = literals_.find(operation);
  if (known == literals_.end()) known = literals_.find(named.name);
  if (known == literals_.end()) return "";
  const std::string& value = one_of(known->second);
  if (for_metadata_) {
    return chance(5) && known->first == named.name ? "X-Hasura-" + named.name : value;
  }
  if (!may_vary) return value;
  if (named.name != "jsonb") return variable(named.name + "!", value);
  const auto documents = literals_.find("jsonb variable");
  return documents == literals_.end() ? value : variable("jsonb!", one_of(documents->second));
}

std::string RandomQuery::variable(const std::string& type, const std::string& value) {
  const std::string name = "v" + std::to_string(++keys_);
  // A default is written as a literal, which a document is not.
  const bool is_default = type != "jsonb!" && !value.starts_with('"') && chance(3);
  add(definitions_, "$" + name + ": " + type + (is_default ? " = " + value : ""));
  if (!is_default) add(values_, "\"" + name + "\": " + value);
  return "$" + name;
}

}  // namespace edo::testing
