#include <algorithm>

#include "tools/server/sql/compile.hpp"
#include "tools/server/sql/compiler.hpp"

namespace edo::sql {

std::string Compiler::bind(Parameter value, Effect effect) {
  if (effect == Effect::plan) statement_.suits_all_values = false;
  statement_.parameters.push_back(std::move(value));
  return dialect_.placeholder(statement_.parameters.size());
}

std::string Compiler::row_count(std::uint64_t rows) {
  const auto number = static_cast<std::int64_t>(rows);
  return dialect_.plans_by_row_count() ? std::to_string(number) : bind(number, Effect::none);
}

std::string Compiler::fresh_alias() { return "t" + std::to_string(++aliases_); }

std::string Compiler::at_path(std::string json,
                              const std::optional<std::vector<std::string>>& path) {
  return path ? dialect_.json_at(json, bind(dialect_.path(*path), Effect::none)) : std::move(json);
}

std::string Compiler::value(const plan::RowField& field, Row& row) {
  if (const auto* column = std::get_if<plan::ColumnField>(&field.kind)) {
    const std::string text = stored(column->column, row);
    if (column->json_path) return at_path(text, column->json_path);
    return dialect_.json(form_of(*column->column), text);
  }
  if (const auto* use = std::get_if<plan::ComputedFieldUse>(&field.kind)) {
    const std::string text =
        shown(computed(*use->field, row, use->given), use->field->shown_if, row);
    if (use->json_path) return at_path(text, use->json_path);
    return dialect_.json(form_of(*use->field), text);
  }
  if (const auto* type = std::get_if<plan::Typename>(&field.kind)) return quoted_text(type->name);
  std::string select;
  if (const auto* related = std::get_if<plan::ObjectField>(&field.kind)) {
    select = related_object(*related, row);
  } else if (const auto* many = std::get_if<plan::ArrayField>(&field.kind)) {
    select = many_rows(many->rows, many->fields, {many->relationship, &row});
  } else {
    const auto& aggregate = std::get<plan::AggregateRelationField>(field.kind);
    select = aggregated(aggregate.selection, {aggregate.relationship, &row});
  }
  return dialect_.json_subquery(select);
}

std::string Compiler::object(const std::vector<plan::RowField>& fields, Row& row) {
  Members members;
  for (const auto& field : fields) members.emplace_back(field.key, value(field, row));
  return dialect_.json_object(members);
}

std::string Compiler::related_object(const plan::ObjectField& field, Row& parent) {
  Source rows = source(*field.relationship->remote, {field.relationship, &parent});
  add_condition(field.where, rows);
  const std::string json = object(field.fields, rows.row());
  return "SELECT " + json + rows.from() + " LIMIT 1";
}

std::string Compiler::one_row(const plan::Rows& rows, const std::vector<plan::RowField>& fields) {
  Source from = source(*rows.table, {});
  add_condition(rows.where, from);
  const std::string json = object(fields, from.row());
  return "SELECT " + json + from.from() + " LIMIT 1";
}

std::string Compiler::many_rows(const plan::Rows& rows, const std::vector<plan::RowField>& fields,
                                const RowOrigin& origin, std::optional<std::uint64_t> at_most) {
  Source from = source(rows, origin, true, at_most);
  const std::string json = dialect_.json_array(object(fields, from.row()), from.sorted_by());
  return "SELECT " + json + from.from();
}

void Compiler::add_stream(const plan::Stream& stream) {
  Source from = source(*stream.rows.table, {});
  add_condition(stream.rows.where, from);
  std::vector<std::string> keys;
  std::vector<std::string> after;
  Members begin;
  for (const auto& [column, value] : stream.cursor) {
    const std::string key = sortable(column, from.inside());
    from.order.push_back({key, stream.descending ? " DESC" : " ASC"});
    if (value.value.is_null()) continue;
    keys.push_back(key);
    after.push_back(dialect_.typed(bind(dialect_.value(value)), value.sql_type));
    begin.emplace_back(column->name, dialect_.json({column->type, true, {}}, after.back()));
  }
  from.conditions.push_back("(" + joined(keys, ", ") + (stream.descending ? ") < (" : ") > (") +
                            joined(after, ", ") + ")");
  from.limit_clause = dialect_.limit(row_count(stream.batch_size), "");
  const auto array = [&](const std::string& of_row) {
    return dialect_.json_array(of_row, from.sorted_by());
  };
  const std::string rows = array(object(stream.fields, from.row()));
  Members place;
  for (const auto& [column, value] : stream.cursor) {
    place.emplace_back(column->name, dialect_.json(form_of(*column), stored(column, from.row())));
  }
  // Without rows the cursor stays where it began, which may have been "now".
  const std::string cursor = "coalesce(" + array(dialect_.json_object(place)) + " -> -1, " +
                             dialect_.json_object(begin) + ")";
  // One pass for both; the outer SELECT separates them.
  const std::string alias = fresh_alias();
  from_.push_back("(SELECT " + rows + " AS data, " + cursor + " AS cursor" + from.from() + ") " +
                  alias);
  columns_.push_back(alias + ".data");
  columns_.push_back(alias + ".cursor");
}

void Compiler::add(const plan::RootField& field) {
  if (const auto* many = std::get_if<plan::ManyRows>(&field.kind)) {
    columns_.push_back("(" + many_rows(many->rows, many->fields, {}) + ")");
  } else if (const auto* one = std::get_if<plan::OneRow>(&field.kind)) {
    columns_.push_back("(" + one_row(one->rows, one->fields) + ")");
  } else if (const auto* aggregate = std::get_if<plan::AggregateSelection>(&field.kind)) {
    columns_.push_back("(" + aggregated(*aggregate, {}) + ")");
  } else if (const auto* rows = std::get_if<plan::Stream>(&field.kind)) {
    add_stream(*rows);
  }
}

void Compiler::finish() {
  statement_.columns = columns_.size();
  statement_.text = "SELECT " + joined(columns_, ", ");
  if (!from_.empty()) statement_.text += " FROM " + joined(from_, ", ");
}

std::vector<Statement> compile(const plan::Plan& plan, const Dialect& dialect) {
  std::vector<Statement> statements;
  std::optional<Compiler> compiler;
  for (const auto& field : plan.fields) {
    if (std::holds_alternative<plan::Constant>(field.kind)) continue;
    if (compiler && compiler->columns() + 2 > Dialect::kMaxColumns) {
      compiler->finish();
      compiler.reset();
    }
    if (!compiler) compiler.emplace(dialect, plan, statements.emplace_back());
    compiler->add(field);
  }
  if (compiler) compiler->finish();
  return statements;
}

}  // namespace edo::sql
