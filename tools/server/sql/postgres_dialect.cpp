#include "tools/server/sql/postgres_dialect.hpp"

namespace edo::sql {

std::string PostgresDialect::typed(const std::string& placeholder,
                                   const std::string& sql_type) const {
  return placeholder + "::" + sql_type;
}

std::string PostgresDialect::comparable(const Form&, const std::string& value) const {
  return value;
}

std::string PostgresDialect::sortable(const Form& form, const std::string& value) const {
  const bool sorts_by_locale = form.type == model::ScalarType::text && !form.canonical;
  return sorts_by_locale ? value + " COLLATE \"C\"" : value;
}

std::string_view PostgresDialect::function_name(plan::AggregateFunction function,
                                                model::ScalarType) const {
  return spelling_of(function).postgres;
}

std::string PostgresDialect::in_list(const std::string& left, bool negated,
                                     const std::string& right, const std::string& sql_type) const {
  return left + (negated ? " <> ALL(" : " = ANY(") + typed(right, sql_type + "[]") + ")";
}

std::string PostgresDialect::matches(const std::string& left, const OperatorSpelling& op,
                                     const std::string& right) const {
  return left + " " + std::string(op.postgres) + " " + typed(right, std::string(op.postgres_type));
}

std::string PostgresDialect::json(const Form& form, const std::string& value) const {
  return stringifies(form.type) ? "(" + value + ")::text" : value;
}

std::string PostgresDialect::json_at(const std::string& document, const std::string& path) const {
  return document + " #> " + typed(path, "text[]");
}

std::string PostgresDialect::concatenated(const std::vector<std::string>& objects) const {
  std::string text;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    std::string part = objects[i] + "::text";
    if (i > 0) part = "substr(" + part + ", 2)";
    if (i + 1 < objects.size()) part = "left(" + part + ", -1)";
    if (i > 0) text += " || ',' || ";
    text += part;
  }
  return "(" + text + ")::json";
}

}  // namespace edo::sql
