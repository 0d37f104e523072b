#include "tools/server/schema/builder.hpp"

#include <algorithm>

#include "tools/server/language/type_reference.hpp"

namespace edo::schema {
namespace {

// Where nulls come if the direction does not say it: Postgres treats null as the largest value.
constexpr std::pair<const char*, const char*> kDirections[] = {
    {"asc", "in ascending order, nulls last"},
    {"asc_nulls_first", "in ascending order, nulls first"},
    {"asc_nulls_last", "in ascending order, nulls last"},
    {"desc", "in descending order, nulls first"},
    {"desc_nulls_first", "in descending order, nulls first"},
    {"desc_nulls_last", "in descending order, nulls last"},
};

}  // namespace

SchemaBuilder::SchemaBuilder(const model::Model& model, const std::string& role) {
  schema_.model = &model;
  schema_.role = role;
  schema_.has_introspection = !model.roles_without_introspection.contains(role);
}

Schema SchemaBuilder::build() {
  for (const char* name : {"Boolean", "Float", "Int", "String"}) scalar(name);
  Type& order_by = add(TypeKind::enumeration, "order_by", "column ordering options");
  for (const auto& [name, description] : kDirections) {
    order_by.values.push_back({name, description, {}});
  }
  Type& cursor = add(TypeKind::enumeration, "cursor_ordering", "ordering argument of a cursor");
  cursor.values.push_back({"ASC", "ascending ordering of the cursor", {}});
  cursor.values.push_back({"DESC", "descending ordering of the cursor", {}});
  add(TypeKind::object, "query_root", "");
  add(TypeKind::object, "subscription_root", "");

  for (const auto& table : schema_.model->tables) {
    if (!table->is_enum) continue;
    Type& type = add(TypeKind::enumeration, table->name + "_enum", "");
    for (const auto& [value, comment] : table->enum_values) {
      type.values.push_back({value, comment, {}});
    }
  }
  for (const auto& table : schema_.model->tables) {
    if (!visible(*table).anything()) continue;
    add_row(*table);
    add_select_column(*table);
    add_bool_exp(*table);
    add_order_by(*table);
    add_stream(*table);
    if (visible(*table).aggregates()) {
      add_aggregate(*table);
      add_aggregate_bool_exp(*table);
      add_aggregate_order_by(*table);
    }
    add_root_fields(*table);
  }
  for (const auto& function : schema_.model->functions) {
    const bool may_call = !function.roles || function.roles->contains(schema_.role);
    if (may_call && visible(*function.rows).anything()) add_function(function);
  }
  return std::move(schema_);
}

Type& SchemaBuilder::add(TypeKind kind, std::string name, std::string description) {
  Type& type = schema_.types[name];
  type.kind = kind;
  type.name = std::move(name);
  type.description = std::move(description);
  return type;
}

language::TypeReference SchemaBuilder::scalar(const std::string& graphql_type) {
  if (!schema_.types.contains(graphql_type)) add(TypeKind::scalar, graphql_type, "");
  return language::named_type(graphql_type);
}

std::vector<const model::Column*> SchemaBuilder::columns_of(const model::Table& table) const {
  std::vector<const model::Column*> result;
  for (const model::Column& column : table.columns) {
    if (visible(table).column(column)) result.push_back(visible(table).seen(column));
  }
  return result;
}

std::vector<const model::ComputedField*> SchemaBuilder::computed_fields_of(
    const model::Table& table, bool plain) const {
  std::vector<const model::ComputedField*> result;
  for (const model::ComputedField& field : table.computed_fields) {
    if (plain && field.function.takes_arguments()) continue;
    if (visible(table).computed_field(field)) result.push_back(visible(table).seen(field));
  }
  return result;
}

std::vector<const model::Relationship*> SchemaBuilder::relationships_of(const model::Table& table,
                                                                        bool plain) const {
  std::vector<const model::Relationship*> result;
  for (const model::Relationship& relationship : table.relationships) {
    if (plain && relationship.function && relationship.function->takes_arguments()) continue;
    if (visible(*relationship.remote).anything()) result.push_back(&relationship);
  }
  return result;
}

Schema build_schema(const model::Model& model, const std::string& role) {
  return SchemaBuilder(model, role).build();
}

}  // namespace edo::schema
