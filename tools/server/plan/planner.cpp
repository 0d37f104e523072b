#include "tools/server/plan/planner.hpp"

#include <utility>

#include "tools/server/plan/context.hpp"
#include "tools/server/plan/fields.hpp"
#include "tools/server/plan/permissions.hpp"
#include "tools/server/plan/rows.hpp"
#include "tools/server/plan/streams.hpp"

namespace edo::graphql {
namespace {

decltype(RootField::kind) read_root_field(const PlanContext& context, const KnownField& field) {
  const OutputField& definition = *field.definition;
  const Table& table = *std::get<const Table*>(definition.subject);
  if (definition.kind == FieldKind::aggregate) return read_aggregate(context, table, field);

  const Path args(field.path, "args");
  const Path selection_path(field.path, "selectionSet");
  const auto arguments = context.reader.arguments(definition, *field.selected->field, args);
  const auto fields = [&] {
    return read_row_fields(context, table, field.selected->selections, selection_path);
  };
  if (definition.kind == FieldKind::by_pk) {
    Rows rows = read_key(context, table, arguments);
    return OneRow{std::move(rows), fields()};
  }
  if (definition.kind == FieldKind::stream) {
    Stream stream = read_stream(context, table, arguments, args);
    stream.fields = fields();
    return stream;
  }
  Rows rows = read_rows(context, table, arguments, args);
  rows.limit = limit_of(context, table, rows.limit);
  return ManyRows{std::move(rows), fields()};
}

}  // namespace

Plan make_plan(const Schema& schema, const Document& document, const std::string& operation_name,
               const nlohmann::json& variable_values, const Session& session, const Limits& limits,
               const Introspect& introspect) {
  const Operation& operation = choose_operation(document, operation_name);
  if (operation.kind == OperationKind::mutation) refuse({}, "no mutations exist");
  const Variables variables(operation, variable_values);
  Selections selections(document, operation, variables, limits);
  const Reader reader(schema, variables);
  const PlanContext context{schema, session, reader, selections};

  Plan plan;
  plan.is_subscription = operation.kind == OperationKind::subscription;
  const Type& root = plan.is_subscription ? schema.subscription_root() : schema.query_root();
  const Path start;
  const Path path(start, "selectionSet");
  const KnownFields fields(context, root, {&operation.selections}, path);
  if (plan.is_subscription && fields.size() != 1) {
    refuse({}, "subscriptions must select one top level field");
  }
  for (const KnownField& field : fields) {
    if (field.definition != nullptr) {
      plan.fields.push_back({field.key(), read_root_field(context, field)});
    } else if (field.selected->field->name == "__typename") {
      plan.fields.push_back({field.key(), Constant{nlohmann::json(root.name).dump()}});
    } else {
      std::string json = introspect(*field.selected, selections, variables, field.path);
      plan.fields.push_back({field.key(), Constant{std::move(json)}});
    }
  }
  return plan;
}

}  // namespace edo::graphql
