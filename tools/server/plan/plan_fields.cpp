#include "tools/server/plan/plan_fields.hpp"

#include <utility>

#include "tools/server/plan/json_path.hpp"
#include "tools/server/plan/permissions.hpp"
#include "tools/server/plan/plan_conditions.hpp"
#include "tools/server/plan/plan_rows.hpp"

namespace edo::plan {
namespace {

using JsonSteps = std::optional<std::vector<std::string>>;

JsonSteps read_json_path(const std::vector<Place>& arguments, const PlanContext& context) {
  const Place* path = find_place(arguments, "path");
  if (path == nullptr) return std::nullopt;
  auto steps = parse_json_path(context.reader.text(*path), path->path);
  return steps.empty() ? JsonSteps() : JsonSteps(std::move(steps));
}

decltype(RowField::kind) read_field(const PlanContext& context, const model::Table& table,
                                    const KnownField& field) {
  if (field.definition == nullptr) return Typename{table.name};
  const schema::OutputField& definition = *field.definition;
  if (definition.kind == schema::FieldKind::value) check_leaf(field);
  const language::Path args(field.path, "args");
  const language::Path selection_path(field.path, "selectionSet");
  const auto arguments = context.reader.arguments(definition, *field.selected->field, args);
  if (const auto* column = std::get_if<const model::Column*>(&definition.subject)) {
    return ColumnField{*column, read_json_path(arguments, context)};
  }
  if (const auto* computed = std::get_if<const model::ComputedField*>(&definition.subject)) {
    return ComputedFieldUse{*computed, read_json_path(arguments, context),
                            read_given(context, (*computed)->function, arguments)};
  }
  const auto& relationship = *std::get<const model::Relationship*>(definition.subject);
  const model::Table& remote = *relationship.remote;
  if (definition.kind == schema::FieldKind::aggregate) {
    return AggregateRelationField{&relationship, read_aggregate(context, remote, field)};
  }
  const auto& selections = field.selected->selections;
  if (definition.kind == schema::FieldKind::object) {
    return ObjectField{&relationship, filter_of(context, remote),
                       read_row_fields(context, remote, selections, selection_path)};
  }
  Rows rows = read_rows(context, remote, definition, arguments, args);
  rows.limit = limit_of(context, remote, rows.limit);
  return ArrayField{&relationship, std::move(rows),
                    read_row_fields(context, remote, selections, selection_path)};
}

// Fields that every type has without listing them.
bool is_introspection(const schema::Schema& schema, const schema::Type& type,
                      const std::string& name) {
  return name == "__typename" || (schema.has_introspection && type.name == "query_root" &&
                                  (name == "__schema" || name == "__type"));
}

}  // namespace

KnownFields::KnownFields(const PlanContext& context, const schema::Type& type,
                         const std::vector<const language::SelectionSet*>& selections,
                         const language::Path& path) {
  if (selections.empty())
    language::refuse(path, "missing selection set for " + language::in_quotes(type.name));
  selected_ = context.selections.of(selections, type.name, path);
  fields_.reserve(selected_.size());
  for (const language::SelectedField& selected : selected_) {
    const std::string& name = selected.field->name;
    const language::Path field_path(path, name);
    const schema::OutputField* definition = type.find_field(name);
    if (definition == nullptr && !is_introspection(context.schema, type, name)) {
      language::refuse(field_path, "field " + language::in_quotes(name) +
                                       " not found in type: " + language::in_quotes(type.name));
    }
    fields_.push_back({&selected, definition, field_path});
  }
}

void check_leaf(const KnownField& field) {
  if (field.selected->selections.empty()) return;
  language::refuse(field.path, "unexpected subselection set for non-object field");
}

std::vector<RowField> read_row_fields(const PlanContext& context, const model::Table& table,
                                      const std::vector<const language::SelectionSet*>& selections,
                                      const language::Path& path) {
  std::vector<RowField> result;
  for (const KnownField& field :
       KnownFields(context, context.schema.type(table.name), selections, path)) {
    result.push_back({field.key(), read_field(context, table, field)});
  }
  return result;
}

}  // namespace edo::plan
