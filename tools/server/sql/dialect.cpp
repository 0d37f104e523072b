#include "tools/server/sql/dialect.hpp"

#include <nlohmann/json.hpp>

namespace edo::sql {
namespace {

// Key-value pairs of one call: Postgres accepts 100 arguments, and SQLite 127 if it is built with
// its older default.
constexpr std::size_t kMembersAtOnce = 48;

std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char c : text) {
    result += c;
    if (c == quote) result += c;
  }
  return result + quote;
}

}  // namespace

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string result;
  for (const auto& part : parts) {
    if (!result.empty()) result += between;
    result += part;
  }
  return result;
}

std::string joined(const std::vector<SortKey>& keys) {
  std::string result;
  for (const auto& key : keys) {
    if (!result.empty()) result += ", ";
    result += key.what + key.how;
  }
  return result;
}

std::string quoted_name(std::string_view name) { return quoted(name, '"'); }
std::string quoted_text(std::string_view text) { return quoted(text, '\''); }

std::string Dialect::placeholder(std::size_t number) const {
  return std::string(spellings_.parameter) + std::to_string(number);
}

Parameter Dialect::path(const std::vector<std::string>& path) const {
  return array({nlohmann::json(path), model::ScalarType::text, "text"});
}

std::string Dialect::compare(const std::string& left, plan::Operator op, const std::string& right,
                             const std::string& sql_type) const {
  const std::string_view sign = comparison_sign(op);
  if (!sign.empty()) return left + std::string(sign) + typed(right, sql_type);
  if (op == plan::Operator::in || op == plan::Operator::nin) {
    return in_list(left, op == plan::Operator::nin, right, sql_type);
  }
  return matches(left, spelling_of(op), right);
}

std::string Dialect::document_text(const std::string& document) const {
  return spellings_.document_text.of(document);
}

std::string Dialect::limit(const std::string& limit, const std::string& offset) const {
  std::string clause;
  if (!limit.empty()) clause = " LIMIT " + typed(limit, "bigint");
  if (offset.empty()) return clause;
  if (limit.empty() && !spellings_.no_limit.empty()) {
    clause = " LIMIT " + std::string(spellings_.no_limit);
  }
  return clause + " OFFSET " + typed(offset, "bigint");
}

std::string Dialect::table(const std::string& schema, const std::string& name) const {
  const bool is_qualified = spellings_.has_schemas && !schema.empty();
  return is_qualified ? quoted_name(schema) + "." + quoted_name(name) : quoted_name(name);
}

std::string Dialect::json_subquery(const std::string& select) const {
  return spellings_.json_subquery.of("(" + select + ")");
}

std::string Dialect::json_array(const std::string& element, const std::string& sorted_by) const {
  const std::string order = sorted_by.empty() ? "" : " ORDER BY " + sorted_by;
  return spellings_.json_array.of(std::string(spellings_.json_elements) + "(" + element + order +
                                  ")");
}

std::string Dialect::aggregate(plan::AggregateFunction function, model::ScalarType type,
                               const std::string& value, bool distinct) const {
  return std::string(function_name(function, type)) + (distinct ? "(DISTINCT " : "(") + value + ")";
}

std::string Dialect::count_distinct(const std::vector<GroupKey>& values) const {
  std::vector<std::string> parts;
  for (const auto& value : values) {
    const std::string function(spellings_.identity(value.type));
    parts.push_back(function.empty() ? value.sql : function + "(" + value.sql + ")");
  }
  return spellings_.distinct_count.of(joined(parts, ", "));
}

bool Dialect::stringifies(model::ScalarType type) const {
  return stringify_ && (type == model::ScalarType::bigint || type == model::ScalarType::numeric ||
                        type == model::ScalarType::float8);
}

std::string Dialect::json_object(
    const std::vector<std::pair<std::string, std::string>>& members) const {
  std::vector<std::string> objects;
  std::string arguments;
  std::size_t count = 0;
  for (const auto& [key, value] : members) {
    if (!arguments.empty()) arguments += ", ";
    arguments += quoted_text(key) + ", " + value;
    if (++count % kMembersAtOnce == 0 || count == members.size()) {
      objects.push_back(std::string(spellings_.json_object) + "(" + arguments + ")");
      arguments.clear();
    }
  }
  if (objects.empty()) return std::string(spellings_.json_object) + "()";
  return objects.size() == 1 ? objects.front() : concatenated(objects);
}

std::string Dialect::grouped(const std::vector<GroupKey>& keys,
                             const std::vector<Aggregate>& aggregates,
                             const std::string& from) const {
  std::vector<std::string> columns;
  std::vector<std::string> by;
  for (const auto& key : keys) {
    columns.push_back(key.sql + " AS k" + std::to_string(by.size()));
    by.push_back(key.sql);
  }
  for (std::size_t i = 0; i < aggregates.size(); ++i) {
    columns.push_back(aggregates[i].sql + " AS a" + std::to_string(i));
  }
  // Without keys all rows are one group, also if there are none; an aggregate makes them one.
  if (by.empty())
    return "SELECT " + joined(columns, ", ") + (columns.empty() ? "count(*)" : "") + from;
  return "SELECT " + joined(columns, ", ") + from + " GROUP BY " + joined(by, ", ");
}

}  // namespace edo::sql
