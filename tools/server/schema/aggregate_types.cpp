#include <algorithm>
#include <iterator>

#include "tools/server/language/type_reference.hpp"
#include "tools/server/schema/builder.hpp"

namespace edo::schema {
namespace {

OutputField field(std::string name, language::TypeReference type, FieldKind kind = FieldKind::value,
                  Subject subject = {}) {
  OutputField result;
  result.name = std::move(name);
  result.type = std::move(type);
  result.kind = kind;
  result.subject = subject;
  return result;
}

bool is_numeric(model::ScalarType type) {
  switch (type) {
    case model::ScalarType::integer:
    case model::ScalarType::bigint:
    case model::ScalarType::numeric:
    case model::ScalarType::float8:
    case model::ScalarType::float4:
      return true;
    default:
      return false;
  }
}

bool has_order(model::ScalarType type) {
  return type != model::ScalarType::boolean && type != model::ScalarType::json &&
         type != model::ScalarType::jsonb && type != model::ScalarType::other;
}

}  // namespace

std::vector<const model::Column*> numeric_columns(
    const std::vector<const model::Column*>& columns) {
  std::vector<const model::Column*> result;
  std::copy_if(columns.begin(), columns.end(), std::back_inserter(result),
               [](const model::Column* column) { return is_numeric(column->type); });
  return result;
}

std::vector<const model::Column*> comparable_columns(
    const std::vector<const model::Column*>& columns, const Schema& schema) {
  const auto is_comparable = [&](const model::Column* column) {
    return has_order(column->type) &&
           schema.type(column->graphql_type).kind != TypeKind::enumeration;
  };
  std::vector<const model::Column*> result;
  std::copy_if(columns.begin(), columns.end(), std::back_inserter(result), is_comparable);
  return result;
}

void SchemaBuilder::add_aggregate_fields(const model::Table& table) {
  const auto columns = columns_of(table);
  const std::string fields_name = table.name + "_aggregate_fields";
  std::vector<OutputField> fields = {
      field("count", language::non_null(language::named_type("Int")))};
  const language::TypeReference some_columns =
      language::list_of(language::non_null(language::named_type(table.name + "_select_column")));
  if (!columns.empty()) {
    fields[0].arguments.push_back({"columns", some_columns, "", {}, Reading::by_type});
  }
  fields[0].arguments.push_back(
      {"distinct", language::named_type("Boolean"), "", {}, Reading::by_type});

  const auto add_functions = [&](const auto& functions,
                                 const std::vector<const model::Column*>& taken, auto takes) {
    std::vector<const model::ComputedField*> computed = computed_fields_of(table);
    std::erase_if(computed, [&](const auto* candidate) { return !takes(candidate->type); });
    if (taken.empty() && computed.empty()) return;
    for (const std::string function : functions) {
      const std::string type_name = table.name + "_" + function + "_fields";
      Type& type = add(TypeKind::object, type_name, "aggregate " + function + " on columns");
      const bool keeps_type = function == "sum" || function == "max" || function == "min";
      const auto add_value = [&](const auto* value) {
        type.fields.push_back(field(
            value->name, keeps_type ? scalar(value->graphql_type) : language::named_type("Float"),
            FieldKind::value, value));
        type.fields.back().description = value->comment;
      };
      for (const model::Column* column : taken) add_value(column);
      for (const model::ComputedField* one : computed) add_value(one);
      fields.push_back(field(function, language::named_type(type_name)));
    }
  };
  add_functions(kNumericAggregates, numeric_columns(columns), is_numeric);
  add_functions(kComparingAggregates, comparable_columns(columns, schema_), has_order);
  add(TypeKind::object, fields_name, "aggregate fields of \"" + table.name + "\"").fields =
      std::move(fields);
}

void SchemaBuilder::add_aggregate(const model::Table& table) {
  add_aggregate_fields(table);
  const auto columns = columns_of(table);
  const std::string fields_name = table.name + "_aggregate_fields";
  std::vector<OutputField> parts = {
      field("aggregate", language::named_type(fields_name)),
      field("nodes",
            language::non_null(
                language::list_of(language::non_null(language::named_type(table.name)))),
            FieldKind::rows),
  };
  if (!columns.empty()) {
    const std::string group = table.name + "_group_by";
    OutputField group_by = field(
        "group_by",
        language::non_null(language::list_of(language::non_null(language::named_type(group)))),
        FieldKind::aggregate);
    group_by.description = "Groups the table by the specified keys";
    group_by.arguments.push_back({"keys",
                                  language::non_null(language::list_of(
                                      language::non_null(language::named_type(group + "_key")))),
                                  "The keys on which to group by",
                                  {},
                                  Reading::by_type});
    parts.push_back(std::move(group_by));
    add(TypeKind::input_object, group + "_key",
        "Allows the selection of a grouping key from \"" + table.name + "\"")
        .inputs = {{"column",
                    language::non_null(language::named_type(table.name + "_select_column")),
                    "A column grouping key",
                    {},
                    Reading::by_type}};
    Type& key =
        add(TypeKind::object, group + "_key_fields",
            "Allows the selection of fields from the grouping key of \"" + table.name + "\"");
    for (const model::Column* column : columns) {
      key.fields.push_back(
          field(column->name, scalar(column->graphql_type), FieldKind::value, column));
    }
    add(TypeKind::object, group, "Group by fields of \"" + table.name + "\"").fields = {
        field("group_key", language::non_null(language::named_type(group + "_key_fields"))),
        field("aggregate", language::non_null(language::named_type(fields_name))),
    };
  }
  add(TypeKind::object, table.name + "_aggregate", "aggregated selection of \"" + table.name + "\"")
      .fields = std::move(parts);
}

}  // namespace edo::schema
