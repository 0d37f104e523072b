#include "tools/server/sql/sqlite_dialect.hpp"

#include <nlohmann/json.hpp>

#include "tools/server/sql/values.hpp"

namespace edo::graphql::sql {
namespace {

// Operators that are functions here.
struct Spelling {
  Operator op;
  const char* function;
  bool negated;
};

constexpr Spelling kFunctions[] = {
    {Operator::like, "edo_like", false},
    {Operator::nlike, "edo_like", true},
    {Operator::ilike, "edo_ilike", false},
    {Operator::nilike, "edo_ilike", true},
    {Operator::similar, "edo_similar", false},
    {Operator::nsimilar, "edo_similar", true},
    {Operator::regex, "edo_regex", false},
    {Operator::nregex, "edo_regex", true},
    {Operator::iregex, "edo_iregex", false},
    {Operator::niregex, "edo_iregex", true},
    {Operator::contains, "edo_contains", false},
    {Operator::contained_in, "edo_contained_in", false},
    {Operator::has_key, "edo_has_key", false},
    {Operator::has_keys_any, "edo_has_keys_any", false},
    {Operator::has_keys_all, "edo_has_keys_all", false},
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
    case AggregateFunction::stddev_pop:
      return "edo_stddev_pop";
    case AggregateFunction::stddev:
    case AggregateFunction::stddev_samp:
      return "edo_stddev_samp";
    case AggregateFunction::var_pop:
      return "edo_var_pop";
    case AggregateFunction::var_samp:
    case AggregateFunction::variance:
      return "edo_var_samp";
  }
  return "";
}

std::string call(std::string_view function, const std::string& arguments) {
  return std::string(function) + "(" + arguments + ")";
}

bool is_whole(ScalarType type) { return type == ScalarType::integer || type == ScalarType::bigint; }

// Whether JSON holds the key as it is: what comes out is what went in.
bool may_be_hashed(const GroupKey& key) {
  return is_whole(key.type) || key.type == ScalarType::text || key.type == ScalarType::boolean ||
         key.type == ScalarType::uuid || key.type == ScalarType::timestamptz;
}

// What a call of edo_groups is told, and what comes out of it.
class HashedGroups {
 public:
  void add_key(const GroupKey& key) {
    columns_.push_back(added('k', key.sql) + " AS k" + std::to_string(columns_.size()));
  }

  // False if this is more than edo_groups can do.
  bool add(const Aggregate& aggregate, std::size_t place) {
    const auto result = outcome(aggregate);
    if (result.empty()) return false;
    columns_.push_back(result + " AS a" + std::to_string(place));
    return true;
  }

  [[nodiscard]] std::string select(const std::string& from) const {
    std::vector<std::string> arguments{quoted_text(kinds_)};
    arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
    return "SELECT " + joined(columns_, ", ") + " FROM json_each((SELECT " +
           call("edo_groups", joined(arguments, ", ")) + from + "))";
  }

 private:
  std::string added(char kind, const std::string& value) {
    const std::string result = "value ->> " + std::to_string(kinds_.size());
    kinds_ += kind;
    if (!value.empty()) arguments_.push_back(value);
    return result;
  }

  std::string outcome(const Aggregate& aggregate) {
    if (aggregate.distinct) return {};
    const auto& value = aggregate.value;
    if (aggregate.function == AggregateFunction::count) {
      return value.empty() ? added('n', value) : added('c', value);
    }
    if (!is_whole(aggregate.type)) return {};
    switch (aggregate.function) {
      case AggregateFunction::sum:
        return added('s', value);
      case AggregateFunction::min:
        return added('<', value);
      case AggregateFunction::max:
        return added('>', value);
      case AggregateFunction::avg:
        return "CAST(" + added('s', value) + " AS REAL) / (" + added('c', value) + ")";
      default:
        return {};
    }
  }

  std::string kinds_;
  std::vector<std::string> arguments_;
  std::vector<std::string> columns_;
};

}  // namespace

std::string SqliteDialect::placeholder(std::size_t number) const {
  return "?" + std::to_string(number);
}

std::string SqliteDialect::typed(const std::string& placeholder, const std::string&) const {
  return placeholder;
}

Parameter SqliteDialect::value(const Bound& bound) const { return sqlite_value(bound); }
Parameter SqliteDialect::array(const Bound& bound) const { return sqlite_array(bound); }

Parameter SqliteDialect::path(const std::vector<std::string>& path) const {
  return nlohmann::json(path).dump();
}

std::string SqliteDialect::comparable(ScalarType type, bool is_canonical,
                                      const std::string& value) const {
  switch (type) {
    case ScalarType::timestamptz:
      return is_canonical ? value : call("edo_comparable_timestamptz", value);
    case ScalarType::timestamp:
      return call("edo_comparable_timestamp", value);
    case ScalarType::json:
    case ScalarType::jsonb:
      return "CAST(" + value + " AS TEXT) COLLATE edo_jsonb";
    default:
      return value;
  }
}

std::string SqliteDialect::compare(const std::string& left, Operator op, const std::string& right,
                                   const std::string&) const {
  if (const char* sign = sign_of(op)) return left + sign + right;
  const std::string values = "(SELECT value FROM json_each(" + right + "))";
  if (op == Operator::in) return left + " IN " + values;
  if (op == Operator::nin) return left + " NOT IN " + values;
  for (const auto& spelling : kFunctions) {
    if (spelling.op != op) continue;
    return (spelling.negated ? "NOT " : "") + call(spelling.function, left + ", " + right);
  }
  return {};
}

std::string SqliteDialect::json_as_text(const std::string& document) const {
  return call("edo_jsonb_text", document);
}

std::string SqliteDialect::limit(const std::string& limit, const std::string& offset) const {
  if (limit.empty() && offset.empty()) return {};
  std::string clause = " LIMIT " + (limit.empty() ? std::string("-1") : limit);
  if (!offset.empty()) clause += " OFFSET " + offset;
  return clause;
}

std::string SqliteDialect::table(const std::string&, const std::string& name) const {
  return quoted_name(name);
}

std::string SqliteDialect::json(ScalarType type, const std::string& value) const {
  switch (type) {
    case ScalarType::bigint:
    case ScalarType::numeric:
    case ScalarType::float4:
    case ScalarType::float8:
      return call(stringifies(type) ? "edo_number_text" : "edo_number", value);
    case ScalarType::boolean:
      return call("edo_boolean", value);
    case ScalarType::timestamptz:
      return call("edo_timestamptz", value);
    case ScalarType::timestamp:
      return call("edo_timestamp", value);
    case ScalarType::date:
      return call("substr", value + ", 1, 10");
    case ScalarType::json:
    case ScalarType::jsonb:
      return call("edo_document", value);
    case ScalarType::other:
      return call("edo_other", value);
    default:
      return value;
  }
}

std::string SqliteDialect::json_at(const std::string& document, const std::string& path) const {
  return call("edo_json_at", document + ", " + path);
}

std::string SqliteDialect::json_passed(const std::string& value) const {
  return call("edo_json", value);
}

std::string SqliteDialect::json_array(const std::string& element, const std::string& sorted_by,
                                      const std::string& filter) const {
  std::string aggregate = "json_group_array(" + element;
  if (!sorted_by.empty()) aggregate += " ORDER BY " + sorted_by;
  aggregate += ")";
  if (!filter.empty()) aggregate += " FILTER (WHERE " + filter + ")";
  return aggregate;
}

std::string SqliteDialect::aggregate(AggregateFunction function, const std::string& value) const {
  return call(function_name(function), value);
}

std::string SqliteDialect::grouped(const std::vector<GroupKey>& keys,
                                   const std::vector<Aggregate>& aggregates,
                                   const std::string& from) const {
  HashedGroups hashed;
  for (const auto& key : keys) {
    if (!may_be_hashed(key)) return Dialect::grouped(keys, aggregates, from);
    hashed.add_key(key);
  }
  for (std::size_t i = 0; i < aggregates.size(); ++i) {
    if (!hashed.add(aggregates[i], i)) return Dialect::grouped(keys, aggregates, from);
  }
  return hashed.select(from);
}

std::string SqliteDialect::count_distinct(const std::vector<std::string>& values) const {
  return call("count", "DISTINCT " + call("json_array", joined(values, ", ")));
}

std::string SqliteDialect::json_object_of(const std::string& arguments) const {
  return call("json_object", arguments);
}

std::string SqliteDialect::concatenated(const std::vector<std::string>& objects) const {
  return call("edo_concatenated", joined(objects, ", "));
}

}  // namespace edo::graphql::sql
