#include "tools/server/plan/planner.hpp"

#include <utility>

#include "tools/server/plan/context.hpp"
#include "tools/server/plan/permissions.hpp"
#include "tools/server/plan/plan_fields.hpp"
#include "tools/server/plan/plan_rows.hpp"
#include "tools/server/plan/plan_streams.hpp"
#include "tools/server/plan/session_values.hpp"

namespace edo::plan {
namespace {

const model::Table& table_of(const schema::Subject& subject) {
  if (const auto* function = std::get_if<const model::TrackedFunction*>(&subject)) {
    return *(*function)->rows;
  }
  return *std::get<const model::Table*>(subject);
}

decltype(RootField::kind) read_root_field(const PlanContext& context, const KnownField& field) {
  const schema::OutputField& definition = *field.definition;
  const model::Table& table = table_of(definition.subject);
  if (definition.kind == schema::FieldKind::aggregate) return read_aggregate(context, table, field);

  const language::Path args(field.path, "args");
  const language::Path selection_path(field.path, "selectionSet");
  const auto arguments = context.reader.arguments(definition, *field.selected->field, args);
  const auto fields = [&] {
    return read_row_fields(context, table, field.selected->selections, selection_path);
  };
  if (definition.kind == schema::FieldKind::by_pk) {
    Rows rows = read_key(context, table, arguments);
    return OneRow{std::move(rows), fields()};
  }
  if (definition.kind == schema::FieldKind::stream) {
    Stream stream = read_stream(context, table, arguments, args);
    stream.fields = fields();
    return stream;
  }
  Rows rows = read_rows(context, table, definition, arguments, args);
  rows.limit = limit_of(context, table, rows.limit);
  return ManyRows{std::move(rows), fields()};
}

}  // namespace

Plan make_plan(const schema::Schema& schema, const language::Document& document,
               const std::string& operation_name, const nlohmann::json& variable_values,
               const language::Session& session, const language::Limits& limits,
               const Introspect& introspect) {
  const language::Operation& operation = language::choose_operation(document, operation_name);
  if (operation.kind == language::OperationKind::mutation)
    language::refuse({}, "no mutations exist");
  const language::Variables variables(operation, variable_values);
  language::Selections selections(document, operation, variables, limits);
  const Reader reader(schema, variables);
  const PlanContext context{schema, session, reader, selections};

  Plan plan;
  plan.shown_if = [model = schema.model, session](const model::Table& table,
                                                  const nlohmann::json& filter) {
    return read_filter(*model, session, table, filter);
  };
  plan.session = session_document(session);
  plan.is_subscription = operation.kind == language::OperationKind::subscription;
  const schema::Type& root =
      plan.is_subscription ? schema.subscription_root() : schema.query_root();
  const language::Path start;
  const language::Path path(start, "selectionSet");
  const KnownFields fields(context, root, {&operation.selections}, path);
  if (plan.is_subscription && fields.size() != 1) {
    language::refuse({}, "subscriptions must select one top level field");
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

}  // namespace edo::plan
