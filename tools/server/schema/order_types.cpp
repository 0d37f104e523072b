#include "tools/server/language/type_reference.hpp"
#include "tools/server/schema/builder.hpp"

namespace edo::schema {
namespace {

InputField member(std::string name, std::string type, Subject subject = {}) {
  return {std::move(name), language::named_type(std::move(type)), "", subject, Reading::by_type};
}

}  // namespace

void SchemaBuilder::add_order_by(const model::Table& table) {
  Type& type = add(TypeKind::input_object, table.name + "_order_by",
                   "Ordering options when selecting data from \"" + table.name + "\".");
  for (const model::Column* column : columns_of(table)) {
    type.inputs.push_back(member(column->name, "order_by", column));
  }
  for (const model::ComputedField* field : computed_fields_of(table)) {
    type.inputs.push_back(member(field->name, "order_by", field));
  }
  for (const model::Relationship* relationship : relationships_of(table)) {
    const model::Table& remote = *relationship->remote;
    if (!relationship->is_array) {
      type.inputs.push_back(member(relationship->name, remote.name + "_order_by", relationship));
    } else if (visible(remote).aggregates()) {
      type.inputs.push_back(member(relationship->name + "_aggregate",
                                   remote.name + "_aggregate_order_by", relationship));
    }
  }
}

void SchemaBuilder::add_aggregate_order_by(const model::Table& table) {
  const std::string name = table.name + "_aggregate_order_by";
  std::vector<InputField> inputs = {member("count", "order_by")};
  const auto add_functions = [&](const auto& functions,
                                 const std::vector<const model::Column*>& columns) {
    if (columns.empty()) return;
    for (const char* function : functions) {
      const std::string type_name = table.name + "_" + function + "_order_by";
      Type& type = add(
          TypeKind::input_object, type_name,
          "order by " + std::string(function) + "() on columns of table \"" + table.name + "\"");
      for (const model::Column* column : columns) {
        type.inputs.push_back(member(column->name, "order_by", column));
      }
      inputs.push_back(member(function, type_name));
    }
  };
  add_functions(kNumericAggregates, numeric_columns(columns_of(table)));
  add_functions(kComparingAggregates, comparable_columns(columns_of(table), schema_));
  add(TypeKind::input_object, name, "order by aggregate values of table \"" + table.name + "\"")
      .inputs = std::move(inputs);
}

}  // namespace edo::schema
