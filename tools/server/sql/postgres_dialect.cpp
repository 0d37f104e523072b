#include "tools/server/sql/postgres_dialect.hpp"

#include <nlohmann/json.hpp>

#include "tools/server/sql/values.hpp"

namespace edo::graphql::sql {
namespace {

struct Spelling {
  Operator op;
  const char* sql;
  const char* right_type;  // null: the left side's
};

constexpr Spelling kSpellings[] = {
    {Operator::eq, "=", nullptr},
    {Operator::neq, "<>", nullptr},
    {Operator::gt, ">", nullptr},
    {Operator::gte, ">=", nullptr},
    {Operator::lt, "<", nullptr},
    {Operator::lte, "<=", nullptr},
    {Operator::like, "LIKE", "text"},
    {Operator::nlike, "NOT LIKE", "text"},
    {Operator::ilike, "ILIKE", "text"},
    {Operator::nilike, "NOT ILIKE", "text"},
    {Operator::similar, "SIMILAR TO", "text"},
    {Operator::nsimilar, "NOT SIMILAR TO", "text"},
    {Operator::regex, "~", "text"},
    {Operator::nregex, "!~", "text"},
    {Operator::iregex, "~*", "text"},
    {Operator::niregex, "!~*", "text"},
    {Operator::contains, "@>", "jsonb"},
    {Operator::contained_in, "<@", "jsonb"},
    {Operator::has_key, "?", "text"},
    {Operator::has_keys_any, "?|", "text[]"},
    {Operator::has_keys_all, "?&", "text[]"},
};

const char* function_name(AggregateFunction function) {
  switch (function) {
    case AggregateFunction::count:
      return "count";
    case AggregateFunction::sum:
      return "sum";
    case AggregateFunction::avg:
      return "avg";
    case AggregateFunction::min:
      return "min";
    case AggregateFunction::max:
      return "max";
    case AggregateFunction::stddev:
      return "stddev";
    case AggregateFunction::stddev_pop:
      return "stddev_pop";
    case AggregateFunction::stddev_samp:
      return "stddev_samp";
    case AggregateFunction::var_pop:
      return "var_pop";
    case AggregateFunction::var_samp:
      return "var_samp";
    case AggregateFunction::variance:
      return "variance";
  }
  return "";
}

}  // namespace

std::string PostgresDialect::placeholder(std::size_t number) const {
  return "$" + std::to_string(number);
}

std::string PostgresDialect::typed(const std::string& placeholder,
                                   const std::string& sql_type) const {
  return placeholder + "::" + sql_type;
}

Parameter PostgresDialect::value(const Bound& bound) const { return postgres_value(bound); }
Parameter PostgresDialect::array(const Bound& bound) const { return postgres_array(bound); }

Parameter PostgresDialect::path(const std::vector<std::string>& path) const {
  return postgres_array({nlohmann::json(path), ScalarType::text, "text"});
}

std::string PostgresDialect::comparable(ScalarType, bool, const std::string& value) const {
  return value;
}

std::string PostgresDialect::compare(const std::string& left, Operator op, const std::string& right,
                                     const std::string& sql_type) const {
  if (op == Operator::in) return left + " = ANY(" + typed(right, sql_type + "[]") + ")";
  if (op == Operator::nin) return left + " <> ALL(" + typed(right, sql_type + "[]") + ")";
  for (const auto& spelling : kSpellings) {
    if (spelling.op != op) continue;
    return left + " " + spelling.sql + " " +
           typed(right, spelling.right_type == nullptr ? sql_type : spelling.right_type);
  }
  return {};
}

std::string PostgresDialect::json_as_text(const std::string& document) const {
  return "(" + document + ")::text";
}

std::string PostgresDialect::limit(const std::string& limit, const std::string& offset) const {
  std::string clause;
  if (!limit.empty()) clause += " LIMIT " + typed(limit, "bigint");
  if (!offset.empty()) clause += " OFFSET " + typed(offset, "bigint");
  return clause;
}

std::string PostgresDialect::table(const std::string& schema, const std::string& name) const {
  return schema.empty() ? quoted_name(name) : quoted_name(schema) + "." + quoted_name(name);
}

std::string PostgresDialect::json(ScalarType type, const std::string& value) const {
  return stringifies(type) ? "(" + value + ")::text" : value;
}

std::string PostgresDialect::json_at(const std::string& document, const std::string& path) const {
  return document + " #> " + typed(path, "text[]");
}

std::string PostgresDialect::json_passed(const std::string& value) const { return value; }

std::string PostgresDialect::json_array(const std::string& element, const std::string& sorted_by,
                                        const std::string& filter) const {
  std::string call = "json_agg(" + element;
  if (!sorted_by.empty()) call += " ORDER BY " + sorted_by;
  call += ")";
  if (!filter.empty()) call += " FILTER (WHERE " + filter + ")";
  return "coalesce(" + call + ", '[]')";
}

std::string PostgresDialect::aggregate(AggregateFunction function, const std::string& value) const {
  return function_name(function) + ("(" + value) + ")";
}

std::string PostgresDialect::count_distinct(const std::vector<std::string>& values) const {
  return "count(DISTINCT (" + joined(values, ", ") + "))";
}

std::string PostgresDialect::json_object_of(const std::string& arguments) const {
  return "json_build_object(" + arguments + ")";
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

}  // namespace edo::graphql::sql
