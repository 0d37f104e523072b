#include "tools/server/sql/dialect.hpp"

namespace edo::graphql::sql {
namespace {

// Pairs of one call: Postgres takes 100 arguments, SQLite 127 where it is built with its older
// default.
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

const char* sign_of(Operator op) noexcept {
  switch (op) {
    case Operator::eq:
      return " = ";
    case Operator::neq:
      return " <> ";
    case Operator::gt:
      return " > ";
    case Operator::gte:
      return " >= ";
    case Operator::lt:
      return " < ";
    case Operator::lte:
      return " <= ";
    default:
      return nullptr;
  }
}

std::string quoted_name(std::string_view name) { return quoted(name, '"'); }
std::string quoted_text(std::string_view text) { return quoted(text, '\''); }

bool Dialect::stringifies(ScalarType type) const {
  return stringify_ &&
         (type == ScalarType::bigint || type == ScalarType::numeric || type == ScalarType::float8);
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
      objects.push_back(json_object_of(arguments));
      arguments.clear();
    }
  }
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
  return "SELECT " + joined(columns, ", ") + from + " GROUP BY " + joined(by, ", ");
}

}  // namespace edo::graphql::sql
