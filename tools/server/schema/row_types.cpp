#include "tools/server/language/type_reference.hpp"
#include "tools/server/schema/builder.hpp"

namespace edo::schema {
namespace {

std::string quoted(const std::string& name) { return '"' + name + '"'; }

OutputField field(std::string name, language::TypeReference type, std::string description,
                  FieldKind kind, Subject subject) {
  OutputField result;
  result.name = std::move(name);
  result.type = std::move(type);
  result.description = std::move(description);
  result.kind = kind;
  result.subject = subject;
  return result;
}

InputField input(std::string name, language::TypeReference type, std::string description,
                 Reading reading = Reading::by_type, Subject subject = {}) {
  return {std::move(name), std::move(type), std::move(description), subject, reading};
}

language::TypeReference all_rows(const model::Table& table) {
  return language::non_null(
      language::list_of(language::non_null(language::named_type(table.name))));
}

language::TypeReference with_null(language::TypeReference type, bool is_nullable) {
  return is_nullable ? type : language::non_null(std::move(type));
}

// A field of JSON has an argument for the requested part of it.
std::vector<InputField> value_arguments(model::ScalarType type) {
  if (type != model::ScalarType::json && type != model::ScalarType::jsonb) return {};
  return {input("path", language::named_type("String"), "JSON select path")};
}

}  // namespace

std::vector<InputField> SchemaBuilder::row_arguments(const model::Table& table) {
  std::vector<InputField> arguments;
  if (!columns_of(table).empty()) {
    arguments.push_back(input(
        "distinct_on",
        language::list_of(language::non_null(language::named_type(table.name + "_select_column"))),
        "distinct select on columns"));
  }
  arguments.push_back(input("limit", language::named_type("Int"),
                            "limit the number of rows returned", Reading::natural));
  arguments.push_back(input("offset", language::named_type("Int"),
                            "skip the first n rows. Use only with order_by", Reading::offset));
  arguments.push_back(
      input("order_by",
            language::list_of(language::non_null(language::named_type(table.name + "_order_by"))),
            "sort the rows by one or more columns"));
  arguments.push_back(
      input("where", language::named_type(table.name + "_bool_exp"), "filter the rows returned"));
  return arguments;
}

std::vector<InputField> SchemaBuilder::with_call(std::vector<InputField> arguments,
                                                 const model::Function& function,
                                                 const std::string& what) {
  if (!function.takes_arguments()) return arguments;
  Type& type = add(TypeKind::input_object, function.arguments_type, "");
  for (const auto& argument : function.arguments) {
    if (argument.source != model::FunctionArgument::Source::client) continue;
    type.inputs.push_back(
        input(argument.name, scalar(argument.graphql_type), "", Reading::column_value, &argument));
  }
  arguments.insert(arguments.begin(),
                   input("args", language::non_null(language::named_type(function.arguments_type)),
                         "input parameters for " + what));
  return arguments;
}

void SchemaBuilder::add_function(const model::TrackedFunction& function) {
  const model::Table& rows = *function.rows;
  const std::string named = "function " + quoted(function.function.name);
  const auto described = [&](const std::string& otherwise) {
    return function.comment.empty() ? otherwise : function.comment;
  };
  const auto arguments = with_call(row_arguments(rows), function.function, named);
  const auto add_field = [&](OutputField added) {
    added.arguments = arguments;
    for (const char* root : {"query_root", "subscription_root"}) {
      schema_.types[root].fields.push_back(added);
    }
  };
  add_field(field(function.name, all_rows(rows),
                  described("execute " + named + " which returns " + quoted(rows.name)),
                  FieldKind::rows, &function));
  if (!visible(rows).aggregates()) return;
  add_field(field(function.aggregate_name,
                  language::non_null(language::named_type(rows.name + "_aggregate")),
                  described("execute " + named + " and query aggregates on result of table type " +
                            quoted(rows.name)),
                  FieldKind::aggregate, &function));
}

void SchemaBuilder::add_root_fields(const model::Table& table) {
  const Visible seen = visible(table);
  const auto add_to = [&](const char* root, const std::string& kind, const OutputField& added) {
    if (seen.root_field(root, kind)) schema_.types[root].fields.push_back(added);
  };
  const auto add = [&](const std::string& kind, OutputField added,
                       std::vector<InputField> arguments) {
    if (added.name.empty()) return;
    added.arguments = std::move(arguments);
    const auto comment = table.root_comments.find(kind);
    if (comment != table.root_comments.end()) added.description = comment->second;
    if (kind != "select_stream") add_to("query_root", kind, added);
    add_to("subscription_root", kind, added);
  };
  const std::string fetch = "fetch data from the table: " + quoted(table.name);
  add("select", field(table.select_name, all_rows(table), fetch, FieldKind::rows, &table),
      row_arguments(table));
  if (seen.aggregates()) {
    add("select_aggregate",
        field(table.select_aggregate_name,
              language::non_null(language::named_type(table.name + "_aggregate")),
              "fetch aggregated fields from the table: " + quoted(table.name), FieldKind::aggregate,
              &table),
        row_arguments(table));
  }
  std::vector<InputField> key;
  for (const model::Column* column : table.primary_key) {
    if (!seen.column(*column)) continue;
    key.push_back(input(column->name, language::non_null(scalar(column->graphql_type)),
                        column->comment, Reading::column_value, seen.seen(*column)));
  }
  if (!key.empty() && key.size() == table.primary_key.size()) {
    add("select_by_pk",
        field(table.select_by_pk_name, language::named_type(table.name),
              fetch + " using primary key columns", FieldKind::by_pk, &table),
        std::move(key));
  }
  if (columns_of(table).empty()) return;
  add("select_stream",
      field(table.select_stream_name, all_rows(table),
            "fetch data from the table in a streaming manner: " + quoted(table.name),
            FieldKind::stream, &table),
      {input("batch_size", language::non_null(language::named_type("Int")),
             "maximum number of rows returned in a single batch", Reading::natural),
       input("cursor",
             language::non_null(
                 language::list_of(language::named_type(table.name + "_stream_cursor_input"))),
             "cursor to stream the results returned by the query"),
       input("where", language::named_type(table.name + "_bool_exp"), "filter the rows returned")});
}

void SchemaBuilder::add_row(const model::Table& table) {
  Type& row = add(
      TypeKind::object, table.name,
      table.comment.empty() ? "columns and relationships of " + quoted(table.name) : table.comment);
  for (const model::Column* column : columns_of(table)) {
    row.fields.push_back(field(column->name,
                               with_null(scalar(column->graphql_type), column->nullable),
                               column->comment, FieldKind::value, column));
    row.fields.back().arguments = value_arguments(column->type);
  }
  const auto described = [](const model::Function& function, const std::string& comment) {
    return comment.empty() ? "A computed field, executes function " + quoted(function.name)
                           : comment;
  };
  const auto called = [&](const std::string& name) {
    return "computed field " + quoted(name) + " defined on table " + quoted(table.name);
  };
  for (const model::ComputedField* computed : computed_fields_of(table, false)) {
    row.fields.push_back(field(computed->name, scalar(computed->graphql_type),
                               described(computed->function, computed->comment), FieldKind::value,
                               computed));
    row.fields.back().arguments =
        with_call(value_arguments(computed->type), computed->function, called(computed->name));
  }
  for (const model::Relationship* relationship : relationships_of(table, false)) {
    const model::Table& remote = *relationship->remote;
    if (relationship->function) {
      const model::Function& function = *relationship->function;
      row.fields.push_back(
          field(relationship->name,
                language::list_of(language::non_null(language::named_type(remote.name))),
                described(function, relationship->comment), FieldKind::rows, relationship));
      row.fields.back().arguments =
          with_call(row_arguments(remote), function, called(relationship->name));
      continue;
    }
    if (!relationship->is_array) {
      row.fields.push_back(field(
          relationship->name, with_null(language::named_type(remote.name), relationship->nullable),
          "An object relationship", FieldKind::object, relationship));
      continue;
    }
    row.fields.push_back(field(relationship->name, all_rows(remote), "An array relationship",
                               FieldKind::rows, relationship));
    row.fields.back().arguments = row_arguments(remote);
    if (!visible(remote).aggregates()) continue;
    row.fields.push_back(field(relationship->name + "_aggregate",
                               language::non_null(language::named_type(remote.name + "_aggregate")),
                               "An aggregate relationship", FieldKind::aggregate, relationship));
    row.fields.back().arguments = row_arguments(remote);
  }
}

void SchemaBuilder::add_select_column(const model::Table& table) {
  const auto columns = columns_of(table);
  if (columns.empty()) return;
  Type& type = add(TypeKind::enumeration, table.name + "_select_column",
                   "select columns of table " + quoted(table.name));
  for (const model::Column* column : columns)
    type.values.push_back({column->name, "column name", column});
}

void SchemaBuilder::add_stream(const model::Table& table) {
  const auto columns = columns_of(table);
  if (columns.empty()) return;
  const std::string value_name = table.name + "_stream_cursor_value_input";
  Type& cursor = add(TypeKind::input_object, table.name + "_stream_cursor_input",
                     "Streaming cursor of the table " + quoted(table.name));
  cursor.inputs = {
      input("initial_value", language::non_null(language::named_type(value_name)),
            "Stream column input with initial value"),
      input("ordering", language::named_type("cursor_ordering"), "cursor ordering"),
  };
  Type& value = add(TypeKind::input_object, value_name,
                    "Initial value of the column from where the streaming should start");
  for (const model::Column* column : columns) {
    value.inputs.push_back(input(column->name, scalar(column->graphql_type), column->comment,
                                 Reading::column_value, column));
  }
}

}  // namespace edo::schema
