#include "tools/server/language/type_reference.hpp"
#include "tools/server/schema/builder.hpp"

namespace edo::graphql {
namespace {

std::string quoted(const std::string& name) { return '"' + name + '"'; }

OutputField field(std::string name, TypeReference type, std::string description, FieldKind kind,
                  Subject subject) {
  OutputField result;
  result.name = std::move(name);
  result.type = std::move(type);
  result.description = std::move(description);
  result.kind = kind;
  result.subject = subject;
  return result;
}

InputField input(std::string name, TypeReference type, std::string description,
                 Reading reading = Reading::by_type, Subject subject = {}) {
  return {std::move(name), std::move(type), std::move(description), subject, reading};
}

TypeReference all_rows(const Table& table) {
  return non_null(list_of(non_null(named_type(table.name))));
}

TypeReference with_null(TypeReference type, bool is_nullable) {
  return is_nullable ? type : non_null(std::move(type));
}

// Fields of JSON take the part of it that is wanted.
std::vector<InputField> value_arguments(ScalarType type) {
  if (type != ScalarType::json && type != ScalarType::jsonb) return {};
  return {input("path", named_type("String"), "JSON select path")};
}

}  // namespace

std::vector<InputField> SchemaBuilder::row_arguments(const Table& table) {
  std::vector<InputField> arguments;
  if (!columns_of(table).empty()) {
    arguments.push_back(input("distinct_on",
                              list_of(non_null(named_type(table.name + "_select_column"))),
                              "distinct select on columns"));
  }
  arguments.push_back(
      input("limit", named_type("Int"), "limit the number of rows returned", Reading::natural));
  arguments.push_back(input("offset", named_type("Int"),
                            "skip the first n rows. Use only with order_by", Reading::offset));
  arguments.push_back(input("order_by", list_of(non_null(named_type(table.name + "_order_by"))),
                            "sort the rows by one or more columns"));
  arguments.push_back(
      input("where", named_type(table.name + "_bool_exp"), "filter the rows returned"));
  return arguments;
}

void SchemaBuilder::add_root_fields(const Table& table) {
  const Visible seen = visible(table);
  const auto add_to = [&](const char* root, const std::string& kind, const OutputField& added) {
    if (seen.root_field(root, kind)) schema_.types[root].fields.push_back(added);
  };
  const auto add = [&](const std::string& kind, OutputField added,
                       std::vector<InputField> arguments) {
    if (added.name.empty()) return;
    added.arguments = std::move(arguments);
    if (kind != "select_stream") add_to("query_root", kind, added);
    add_to("subscription_root", kind, added);
  };
  const std::string fetch = "fetch data from the table: " + quoted(table.name);
  add("select", field(table.select_name, all_rows(table), fetch, FieldKind::rows, &table),
      row_arguments(table));
  if (seen.aggregates()) {
    add("select_aggregate",
        field(table.select_aggregate_name, non_null(named_type(table.name + "_aggregate")),
              "fetch aggregated fields from the table: " + quoted(table.name), FieldKind::aggregate,
              &table),
        row_arguments(table));
  }
  std::vector<InputField> key;
  for (const Column* column : table.primary_key) {
    if (!seen.column(*column)) continue;
    key.push_back(input(column->name, non_null(scalar(column->graphql_type)), column->comment,
                        Reading::column_value, column));
  }
  if (!key.empty() && key.size() == table.primary_key.size()) {
    add("select_by_pk",
        field(table.select_by_pk_name, named_type(table.name), fetch + " using primary key columns",
              FieldKind::by_pk, &table),
        std::move(key));
  }
  if (columns_of(table).empty()) return;
  add("select_stream",
      field(table.select_stream_name, all_rows(table),
            "fetch data from the table in a streaming manner: " + quoted(table.name),
            FieldKind::stream, &table),
      {input("batch_size", non_null(named_type("Int")),
             "maximum number of rows returned in a single batch", Reading::natural),
       input("cursor", non_null(list_of(named_type(table.name + "_stream_cursor_input"))),
             "cursor to stream the results returned by the query"),
       input("where", named_type(table.name + "_bool_exp"), "filter the rows returned")});
}

void SchemaBuilder::add_row(const Table& table) {
  Type& row = add(
      TypeKind::object, table.name,
      table.comment.empty() ? "columns and relationships of " + quoted(table.name) : table.comment);
  for (const Column* column : columns_of(table)) {
    row.fields.push_back(field(column->name,
                               with_null(scalar(column->graphql_type), column->nullable),
                               column->comment, FieldKind::value, column));
    row.fields.back().arguments = value_arguments(column->type);
  }
  for (const ComputedField* computed : computed_fields_of(table)) {
    row.fields.push_back(field(computed->name, scalar(computed->graphql_type),
                               computed->comment.empty() ? "A computed field, executes function " +
                                                               quoted(computed->function)
                                                         : computed->comment,
                               FieldKind::value, computed));
    row.fields.back().arguments = value_arguments(computed->type);
  }
  for (const Relationship* relationship : relationships_of(table)) {
    const Table& remote = *relationship->remote;
    if (!relationship->is_array) {
      row.fields.push_back(field(relationship->name,
                                 with_null(named_type(remote.name), relationship->nullable),
                                 "An object relationship", FieldKind::object, relationship));
      continue;
    }
    row.fields.push_back(field(relationship->name, all_rows(remote), "An array relationship",
                               FieldKind::rows, relationship));
    row.fields.back().arguments = row_arguments(remote);
    if (!visible(remote).aggregates()) continue;
    row.fields.push_back(field(relationship->name + "_aggregate",
                               non_null(named_type(remote.name + "_aggregate")),
                               "An aggregate relationship", FieldKind::aggregate, relationship));
    row.fields.back().arguments = row_arguments(remote);
  }
}

void SchemaBuilder::add_select_column(const Table& table) {
  const auto columns = columns_of(table);
  if (columns.empty()) return;
  Type& type = add(TypeKind::enumeration, table.name + "_select_column",
                   "select columns of table " + quoted(table.name));
  for (const Column* column : columns) type.values.push_back({column->name, "column name", column});
}

void SchemaBuilder::add_stream(const Table& table) {
  const auto columns = columns_of(table);
  if (columns.empty()) return;
  const std::string value_name = table.name + "_stream_cursor_value_input";
  Type& cursor = add(TypeKind::input_object, table.name + "_stream_cursor_input",
                     "Streaming cursor of the table " + quoted(table.name));
  cursor.inputs = {
      input("initial_value", non_null(named_type(value_name)),
            "Stream column input with initial value"),
      input("ordering", named_type("cursor_ordering"), "cursor ordering"),
  };
  Type& value = add(TypeKind::input_object, value_name,
                    "Initial value of the column from where the streaming should start");
  for (const Column* column : columns) {
    value.inputs.push_back(input(column->name, scalar(column->graphql_type), column->comment,
                                 Reading::column_value, column));
  }
}

}  // namespace edo::graphql
