#include <algorithm>
#include <iterator>
#include <optional>

#include "tools/server/language/type_reference.hpp"
#include "tools/server/schema/builder.hpp"

namespace edo::schema {
namespace {

constexpr const char* kEquality[] = {"_eq", "_neq"};
constexpr const char* kLists[] = {"_in", "_nin"};
constexpr const char* kOrder[] = {"_gt", "_gte", "_lt", "_lte"};
constexpr std::pair<const char*, const char*> kText[] = {
    {"_ilike", "does the column match the given case-insensitive pattern"},
    {"_iregex", "does the column match the given POSIX regular expression, case insensitive"},
    {"_like", "does the column match the given pattern"},
    {"_nilike", "does the column NOT match the given case-insensitive pattern"},
    {"_niregex", "does the column NOT match the given POSIX regular expression, case insensitive"},
    {"_nlike", "does the column NOT match the given pattern"},
    {"_nregex", "does the column NOT match the given POSIX regular expression, case sensitive"},
    {"_nsimilar", "does the column NOT match the given SQL regular expression"},
    {"_regex", "does the column match the given POSIX regular expression, case sensitive"},
    {"_similar", "does the column match the given SQL regular expression"},
};

InputField operation(std::string name, language::TypeReference type, std::string description = "") {
  return {std::move(name), std::move(type), std::move(description), {}, Reading::column_value};
}

InputField member(std::string name, std::string type, Subject subject = {}) {
  return {std::move(name), language::named_type(std::move(type)), "", subject, Reading::by_type};
}

}  // namespace

// Shared by all columns of one GraphQL type.
std::string SchemaBuilder::comparison(model::ScalarType type, const std::string& graphql_type) {
  std::string name = graphql_type + "_comparison_exp";
  if (schema_.types.contains(name)) return name;
  const language::TypeReference value = scalar(graphql_type);
  const language::TypeReference text = language::named_type("String");
  const bool is_enumeration = schema_.type(graphql_type).kind == TypeKind::enumeration;
  std::vector<InputField> inputs;
  if (type == model::ScalarType::jsonb) {
    inputs.push_back(member("_cast", "jsonb_cast_exp"));
    inputs.push_back(
        operation("_contained_in", value, "is the column contained in the given json value"));
    inputs.push_back(operation("_contains", value,
                               "does the column contain the given json value at the top level"));
    inputs.push_back(
        operation("_has_key", text, "does the string exist as a top-level key in the column"));
    inputs.push_back(operation("_has_keys_all", language::list_of(language::non_null(text)),
                               "do all of these strings exist as top-level keys in the column"));
    inputs.push_back(operation("_has_keys_any", language::list_of(language::non_null(text)),
                               "do any of these strings exist as top-level keys in the column"));
  }
  for (const char* name_of : kEquality) inputs.push_back(operation(name_of, value));
  for (const char* name_of : kLists) {
    inputs.push_back(operation(name_of, language::list_of(language::non_null(value))));
  }
  if (!is_enumeration) {
    for (const char* name_of : kOrder) inputs.push_back(operation(name_of, value));
  }
  if (type == model::ScalarType::text && !is_enumeration) {
    for (const auto& [name_of, description] : kText) {
      inputs.push_back(operation(name_of, value, description));
    }
  }
  inputs.push_back(member("_is_null", "Boolean"));
  add(TypeKind::input_object, name,
      "Boolean expression to compare columns of type \"" + graphql_type +
          "\". All fields are combined with logical 'AND'.")
      .inputs = std::move(inputs);
  if (type == model::ScalarType::jsonb) {
    add(TypeKind::input_object, "jsonb_cast_exp", "").inputs = {
        member("String", comparison(model::ScalarType::text, "String"))};
  }
  return name;
}

void SchemaBuilder::add_bool_exp(const model::Table& table) {
  const std::string name = table.name + "_bool_exp";
  std::vector<InputField> inputs;
  const language::TypeReference several =
      language::list_of(language::non_null(language::named_type(name)));
  inputs.push_back({"_and", several, "", {}, Reading::by_type});
  inputs.push_back(member("_not", name));
  inputs.push_back({"_or", several, "", {}, Reading::by_type});
  for (const model::Column* column : columns_of(table)) {
    inputs.push_back(member(column->name, comparison(column->type, column->graphql_type), column));
  }
  for (const model::ComputedField* field : computed_fields_of(table)) {
    inputs.push_back(member(field->name, comparison(field->type, field->graphql_type), field));
  }
  for (const model::Relationship* relationship : relationships_of(table)) {
    const model::Table& remote = *relationship->remote;
    inputs.push_back(member(relationship->name, remote.name + "_bool_exp", relationship));
    // Hasura has none of a computed field.
    if (!relationship->is_array || relationship->function || !visible(remote).aggregates()) {
      continue;
    }
    inputs.push_back(member(relationship->name + "_aggregate", remote.name + "_aggregate_bool_exp",
                            relationship));
  }
  add(TypeKind::input_object, name,
      "Boolean expression to filter rows from the table \"" + table.name +
          "\". All fields are combined with a logical 'AND'.")
      .inputs = std::move(inputs);
}

// The type of `rel_aggregate` in the bool_exp of a table with an array relationship to this one.
void SchemaBuilder::add_aggregate_bool_exp(const model::Table& table) {
  const auto columns = columns_of(table);
  std::vector<const model::Column*> truths;
  std::copy_if(columns.begin(), columns.end(), std::back_inserter(truths),
               [](const auto* column) { return column->type == model::ScalarType::boolean; });
  const auto numbers = numeric_columns(columns);
  const std::string name = table.name + "_aggregate_bool_exp";
  std::vector<InputField> functions;
  const auto add_function = [&](const char* function, std::optional<language::TypeReference> of,
                                const std::string& predicate) {
    const std::string type_name = name + "_" + function;
    functions.push_back(member(function, type_name));
    std::vector<InputField> inputs;
    if (of) inputs.push_back({"arguments", *std::move(of), "", {}, Reading::by_type});
    inputs.push_back(member("distinct", "Boolean"));
    inputs.push_back(member("filter", table.name + "_bool_exp"));
    inputs.push_back({"predicate",
                      language::non_null(language::named_type(predicate)),
                      "",
                      {},
                      Reading::by_type});
    add(TypeKind::input_object, type_name, "").inputs = std::move(inputs);
  };
  // The columns that the function takes, as an enumeration.
  const auto one_of = [&](const char* function, const auto& taken) {
    const std::string type_name =
        table.name + "_select_column_" + name + "_" + function + "_arguments_columns";
    Type& type = add(TypeKind::enumeration, type_name,
                     "select \"" + name + "_" + function +
                         "_arguments_columns\" columns of table \"" + table.name + "\"");
    for (const model::Column* column : taken) {
      type.values.push_back({column->name, "column name", column});
    }
    return language::non_null(language::named_type(type_name));
  };
  std::optional<language::TypeReference> any_columns;
  if (!columns.empty()) {
    any_columns =
        language::list_of(language::non_null(language::named_type(table.name + "_select_column")));
  }
  add_function("count", any_columns, comparison(model::ScalarType::integer, "Int"));
  for (const char* function : {"bool_and", "bool_or"}) {
    if (truths.empty()) break;
    add_function(function, one_of(function, truths),
                 comparison(model::ScalarType::boolean, "Boolean"));
  }
  if (!numbers.empty()) {
    const std::string number = comparison(model::ScalarType::float8, "float8");
    for (const char* function : {"avg", "max", "min", "stddev_samp", "sum", "var_samp"}) {
      add_function(function, one_of(function, numbers), number);
    }
    for (const std::string function : {"corr", "covar_samp"}) {
      const std::string pair = name + "_" + function + "_arguments";
      const auto column = one_of(function.c_str(), numbers);
      add(TypeKind::input_object, pair, "").inputs = {{"X", column, "", {}, Reading::by_type},
                                                      {"Y", column, "", {}, Reading::by_type}};
      add_function(function.c_str(), language::non_null(language::named_type(pair)), number);
    }
  }
  add(TypeKind::input_object, name, "").inputs = std::move(functions);
}

}  // namespace edo::schema
