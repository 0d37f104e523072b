#include <utility>

#include "tools/server/language/type_reference.hpp"
#include "tools/server/plan/aggregate_functions.hpp"
#include "tools/server/plan/permissions.hpp"
#include "tools/server/plan/plan_fields.hpp"
#include "tools/server/plan/plan_orders.hpp"
#include "tools/server/plan/plan_rows.hpp"

namespace edo::plan {
namespace {

// The fields of the object that `field` returns.
KnownFields fields_of(const PlanContext& context, const KnownField& field,
                      const language::Path& path) {
  const schema::Type& type = context.schema.type(language::innermost_name(field.definition->type));
  return {context, type, field.selected->selections, path};
}

std::vector<Place> arguments_of(const PlanContext& context, const KnownField& field,
                                const language::Path& path) {
  return context.reader.arguments(*field.definition, *field.selected->field, path);
}

// The fields of an object whose members are columns or computed fields of the row.
template <class What, class OfField>
std::vector<std::pair<std::string, std::variant<What, Typename>>> read_values_of(
    const PlanContext& context, const KnownField& parent, OfField of_field) {
  const language::Path path(parent.path, "selectionSet");
  std::vector<std::pair<std::string, std::variant<What, Typename>>> result;
  for (const KnownField& field : fields_of(context, parent, path)) {
    if (field.definition == nullptr) {
      result.emplace_back(field.key(), Typename{parent.definition->type.name});
      continue;
    }
    check_leaf(field);
    const language::Path args(field.path, "args");
    arguments_of(context, field, args);
    result.emplace_back(field.key(), of_field(field.definition->subject));
  }
  return result;
}

// <t>_sum_fields and the like
ColumnAggregates read_columns_of(const PlanContext& context, const KnownField& parent) {
  const auto operand = [](const schema::Subject& subject) -> Operand {
    if (const auto* column = std::get_if<const model::Column*>(&subject)) return *column;
    return std::get<const model::ComputedField*>(subject);
  };
  return {aggregate_function(parent.definition->name),
          read_values_of<Operand>(context, parent, operand)};
}

// <t>_group_by_key_fields
std::vector<GroupKeyField> read_group_key(const PlanContext& context, const KnownField& parent) {
  const auto column = [](const schema::Subject& subject) {
    return std::get<const model::Column*>(subject);
  };
  std::vector<GroupKeyField> key;
  for (auto& [name, what] : read_values_of<const model::Column*>(context, parent, column)) {
    key.push_back({name, what});
  }
  return key;
}

CountField read_count(const PlanContext& context, const KnownField& field) {
  check_leaf(field);
  const language::Path args(field.path, "args");
  const auto arguments = arguments_of(context, field, args);
  CountField count;
  if (const Place* columns = find_place(arguments, "columns")) {
    count.columns = read_columns(context, *columns);
  }
  if (const Place* distinct = find_place(arguments, "distinct")) {
    count.distinct = context.reader.boolean(*distinct);
  }
  return count;
}

// <t>_aggregate_fields
AggregateFields read_functions(const PlanContext& context, const KnownField& parent) {
  const language::Path args(parent.path, "args");
  arguments_of(context, parent, args);
  const language::Path path(parent.path, "selectionSet");
  AggregateFields result;
  for (const KnownField& field : fields_of(context, parent, path)) {
    if (field.definition == nullptr) {
      result.push_back({field.key(), Typename{parent.definition->type.name}});
    } else if (field.definition->name == "count") {
      result.push_back({field.key(), read_count(context, field)});
    } else {
      const language::Path function_args(field.path, "args");
      arguments_of(context, field, function_args);
      result.push_back({field.key(), read_columns_of(context, field)});
    }
  }
  return result;
}

GroupByField read_group_by(const PlanContext& context, const KnownField& parent) {
  const language::Path args(parent.path, "args");
  const auto arguments = arguments_of(context, parent, args);
  GroupByField result;
  for (const Place& item : context.reader.items(*find_place(arguments, "keys"))) {
    for (const Place& column : context.reader.members(item)) {
      result.keys.push_back(
          std::get<const model::Column*>(context.reader.enumerated(column).subject));
    }
  }
  const language::Path path(parent.path, "selectionSet");
  for (const KnownField& field : fields_of(context, parent, path)) {
    if (field.definition == nullptr) {
      const std::string& name = language::innermost_name(parent.definition->type);
      result.fields.emplace_back(field.key(), Typename{name});
    } else if (field.definition->name == "aggregate") {
      result.fields.emplace_back(field.key(), read_functions(context, field));
    } else {
      result.fields.emplace_back(field.key(), read_group_key(context, field));
    }
  }
  return result;
}

}  // namespace

AggregateSelection read_aggregate(const PlanContext& context, const model::Table& table,
                                  const KnownField& parent) {
  const language::Path args(parent.path, "args");
  const auto arguments = arguments_of(context, parent, args);
  AggregateSelection result;
  result.rows = read_rows(context, table, *parent.definition, arguments, args);
  const language::Path path(parent.path, "selectionSet");
  for (const KnownField& field : fields_of(context, parent, path)) {
    if (field.definition == nullptr) {
      result.parts.push_back({field.key(), Typename{parent.definition->type.name}});
    } else if (field.definition->kind == schema::FieldKind::aggregate) {
      result.parts.push_back({field.key(), read_group_by(context, field)});
    } else if (field.definition->kind == schema::FieldKind::rows) {
      const language::Path nodes_args(field.path, "args");
      arguments_of(context, field, nodes_args);
      const language::Path nodes_path(field.path, "selectionSet");
      result.parts.push_back(
          {field.key(),
           NodesField{read_row_fields(context, table, field.selected->selections, nodes_path),
                      limit_of(context, table, std::nullopt)}});
    } else {
      result.parts.push_back({field.key(), read_functions(context, field)});
    }
  }
  return result;
}

}  // namespace edo::plan
