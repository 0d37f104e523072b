#include "tools/server/plan/plan_conditions.hpp"

#include <utility>

#include "tools/server/plan/aggregate_functions.hpp"
#include "tools/server/plan/operators.hpp"
#include "tools/server/plan/permissions.hpp"

namespace edo::plan {
namespace {

using Comparison = std::pair<Operator, Bound>;

nlohmann::json list_of_values(const PlanContext& context, const Place& place,
                              const ValueType& type) {
  nlohmann::json values = nlohmann::json::array();
  for (const Place& item : context.reader.items(place)) {
    values.push_back(read_value(context, item, type).value);
  }
  return values;
}

Comparison read_comparison(const PlanContext& context, const Place& place, const ValueType& type) {
  const NamedOperator& named = *find_operator(std::string_view(place.field->name).substr(1));
  const bool is_text = named.operand == OperandKind::text || named.operand == OperandKind::texts;
  const ValueType of = is_text ? text_type() : type;
  switch (named.operand) {
    case OperandKind::boolean:
      return {named.op, {context.reader.boolean(place), model::ScalarType::boolean, "bool"}};
    case OperandKind::values:
    case OperandKind::texts:
      return {named.op, {list_of_values(context, place, of), of.type, of.sql_type}};
    case OperandKind::value:
    case OperandKind::text:
      break;
  }
  return {named.op, read_value(context, place, of)};
}

// A <type>_comparison_exp.
void read_comparisons(const PlanContext& context, const Place& place, const Operand& left,
                      bool as_text, std::vector<BoolExp>& conditions) {
  const ValueType type = as_text ? text_type() : type_of(left);
  for (const Place& member : context.reader.members(place)) {
    if (member.field->name == "_cast") {
      for (const Place& cast : context.reader.members(member)) {
        read_comparisons(context, cast, left, true, conditions);
      }
      continue;
    }
    auto [op, right] = read_comparison(context, member, type);
    conditions.push_back({Compare{left, as_text, op, std::move(right)}});
  }
}

// What the result of an aggregate is compared as.
ValueType predicate_type(AggregateFunction function) {
  switch (function) {
    case AggregateFunction::count:
      return {model::ScalarType::integer, "int4", "Int"};
    case AggregateFunction::bool_and:
    case AggregateFunction::bool_or:
      return {model::ScalarType::boolean, "bool", "Boolean"};
    default:
      return {model::ScalarType::float8, "float8", "float8"};
  }
}

// A list of columns for count, X and Y for corr and covar_samp, otherwise one column.
std::vector<const model::Column*> read_arguments(const PlanContext& context, const Place& place) {
  const bool is_pair = place.type->item.empty() && place.type->name.ends_with("_arguments");
  std::vector<const model::Column*> columns;
  for (const Place& item : is_pair                    ? context.reader.members(place)
                           : place.type->item.empty() ? std::vector<Place>{place}
                                                      : context.reader.items(place)) {
    columns.push_back(std::get<const model::Column*>(context.reader.enumerated(item).subject));
  }
  return columns;
}

// <t>_aggregate_bool_exp
BoolExp read_aggregate(const PlanContext& context, const Place& place,
                       const model::Relationship& relationship) {
  const auto functions = context.reader.members(place);
  if (functions.size() != 1)
    language::refuse(place.path, "exactly one predicate should be specified");
  CompareAggregate result;
  result.relationship = &relationship;
  result.function = aggregate_function(functions[0].field->name);
  result.permission = permission_of(context, *relationship.remote);
  const ValueType type = predicate_type(result.function);
  for (const Place& member : context.reader.members(functions[0])) {
    const std::string& name = member.field->name;
    if (name == "arguments") {
      result.columns = read_arguments(context, member);
    } else if (name == "distinct") {
      result.distinct = context.reader.boolean(member);
    } else if (name == "filter") {
      result.filter = std::make_unique<BoolExp>(read_bool_exp(context, member));
    } else {
      for (const Place& comparison : context.reader.members(member)) {
        result.predicate.push_back(read_comparison(context, comparison, type));
      }
    }
  }
  return {std::move(result)};
}

BoolExp exists(const PlanContext& context, const Place& place,
               const model::Relationship& relationship) {
  return {ExistsRelated{&relationship, std::make_unique<BoolExp>(read_bool_exp(context, place)),
                        permission_of(context, *relationship.remote)}};
}

std::vector<BoolExp> read_list(const PlanContext& context, const Place& place) {
  std::vector<BoolExp> result;
  for (const Place& item : context.reader.items(place)) {
    result.push_back(read_bool_exp(context, item));
  }
  return result;
}

}  // namespace

BoolExp always() { return {And{}}; }
BoolExp never() { return {Or{}}; }

bool is_always(const BoolExp& what) {
  const auto* all = std::get_if<And>(&what.kind);
  return all != nullptr && all->all.empty();
}

BoolExp all_of(std::vector<BoolExp> conditions) {
  if (conditions.size() == 1) return std::move(conditions[0]);
  return {And{std::move(conditions)}};
}

BoolExp both(BoolExp one, BoolExp other) {
  if (is_always(one)) return other;
  if (is_always(other)) return one;
  std::vector<BoolExp> conditions;
  conditions.push_back(std::move(one));
  conditions.push_back(std::move(other));
  return all_of(std::move(conditions));
}

Bound read_value(const PlanContext& context, const Place& place, const ValueType& type) {
  if (place.input.is_null()) {
    language::refuse(place.path, "unexpected null value for type '" + type.graphql_type + "'");
  }
  const schema::Type& named = context.schema.type(type.graphql_type);
  if (named.kind == schema::TypeKind::enumeration) {
    return {context.reader.enumerated(place).name, type.type, type.sql_type};
  }
  return {checked_value(context.reader.json(place), type, place.path), type.type, type.sql_type};
}

BoolExp read_bool_exp(const PlanContext& context, const Place& place) {
  std::vector<BoolExp> conditions;
  for (const Place& member : context.reader.members(place)) {
    const std::string& name = member.field->name;
    const schema::Subject& subject = member.field->subject;
    if (const auto* column = std::get_if<const model::Column*>(&subject)) {
      read_comparisons(context, member, *column, false, conditions);
    } else if (const auto* field = std::get_if<const model::ComputedField*>(&subject)) {
      read_comparisons(context, member, *field, false, conditions);
    } else if (const auto* relationship = std::get_if<const model::Relationship*>(&subject)) {
      const bool is_aggregate = name != (*relationship)->name;
      conditions.push_back(is_aggregate ? read_aggregate(context, member, **relationship)
                                        : exists(context, member, **relationship));
    } else if (name == "_and") {
      conditions.push_back({And{read_list(context, member)}});
    } else if (name == "_or") {
      conditions.push_back({Or{read_list(context, member)}});
    } else {
      conditions.push_back({Not{std::make_unique<BoolExp>(read_bool_exp(context, member))}});
    }
  }
  return all_of(std::move(conditions));
}

}  // namespace edo::plan
