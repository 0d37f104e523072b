#include "tools/server/sql/sqlite_dialect.hpp"

namespace edo::sql {
namespace {

std::string call(std::string_view function, const std::string& arguments) {
  return std::string(function) + "(" + arguments + ")";
}

bool is_whole(model::ScalarType type) {
  return type == model::ScalarType::integer || type == model::ScalarType::bigint;
}

// The function that makes a stored value comparable; empty if nothing has to be done.
std::string_view comparable_function(model::ScalarType type) {
  switch (type) {
    case model::ScalarType::integer:
    case model::ScalarType::bigint:
      return "edo_whole";
    case model::ScalarType::float4:
    case model::ScalarType::float8:
      return "edo_real";
    case model::ScalarType::boolean:
      return "edo_comparable_boolean";
    case model::ScalarType::uuid:
      return "edo_uuid";
    case model::ScalarType::timestamptz:
      return "edo_timestamptz_key";
    case model::ScalarType::timestamp:
      return "edo_timestamp_key";
    case model::ScalarType::date:
      return "edo_date_key";
    case model::ScalarType::time:
      return "edo_time_key";
    default:
      return {};
  }
}

std::string numeric(const Form& form, const std::string& value) {
  return call("edo_numeric", form.scale ? value + ", " + std::to_string(*form.scale) : value);
}

// Whether JSON preserves the key.
bool may_be_hashed(const GroupKey& key) {
  return is_whole(key.type) || key.type == model::ScalarType::text ||
         key.type == model::ScalarType::boolean || key.type == model::ScalarType::uuid ||
         key.type == model::ScalarType::timestamptz;
}

// The arguments of a call of edo_groups, and the columns of its result.
class HashedGroups {
 public:
  void add_key(const GroupKey& key) {
    columns_.push_back(added('k', key.sql) + " AS k" + std::to_string(columns_.size()));
  }

  // False if edo_groups does not support the aggregate.
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
    if (aggregate.function == plan::AggregateFunction::count) {
      return value.empty() ? added('n', value) : added('c', value);
    }
    if (!is_whole(aggregate.type)) return {};
    const bool is_sum = aggregate.function == plan::AggregateFunction::sum ||
                        aggregate.function == plan::AggregateFunction::avg;
    // Such a sum may have more than 64 bits.
    if (is_sum && aggregate.type == model::ScalarType::bigint) return {};
    switch (aggregate.function) {
      case plan::AggregateFunction::sum:
        return added('s', value);
      case plan::AggregateFunction::min:
        return added('<', value);
      case plan::AggregateFunction::max:
        return added('>', value);
      case plan::AggregateFunction::avg:
        return call("edo_average", added('s', value) + ", " + added('c', value));
      default:
        return {};
    }
  }

  std::string kinds_;
  std::vector<std::string> arguments_;
  std::vector<std::string> columns_;
};

}  // namespace

std::string SqliteDialect::typed(const std::string& placeholder, const std::string&) const {
  return placeholder;
}

// A time that is stored in any spelling, a boolean as a word or a number as text.
std::string SqliteDialect::comparable(const Form& form, const std::string& value) const {
  if (form.type == model::ScalarType::numeric) return numeric(form, value) + " COLLATE edo_numeric";
  if (form.type == model::ScalarType::json || form.type == model::ScalarType::jsonb) {
    return "CAST(" + value + " AS TEXT) COLLATE edo_jsonb";
  }
  const auto function = form.canonical ? std::string_view() : comparable_function(form.type);
  return function.empty() ? value : call(function, value);
}

std::string SqliteDialect::sortable(const Form& form, const std::string& value) const {
  return comparable(form, value);
}

std::string SqliteDialect::in_list(const std::string& left, bool negated, const std::string& right,
                                   const std::string&) const {
  return left + (negated ? " NOT IN " : " IN ") + "(SELECT value FROM json_each(" + right + "))";
}

std::string SqliteDialect::matches(const std::string& left, const OperatorSpelling& op,
                                   const std::string& right) const {
  return (op.sqlite_negates ? "NOT " : "") + call(op.sqlite, left + ", " + right);
}

std::string SqliteDialect::json(const Form& form, const std::string& value) const {
  const auto number = [&](const std::string& stored) {
    return call(stringifies(form.type) ? "edo_number_text" : "edo_number", stored);
  };
  switch (form.type) {
    case model::ScalarType::integer:
      return form.canonical ? value : number(comparable(form, value));
    case model::ScalarType::bigint:
    case model::ScalarType::float4:
    case model::ScalarType::float8:
      return number(comparable(form, value));
    case model::ScalarType::numeric:
      return number(numeric(form, value));
    case model::ScalarType::boolean:
      return call("edo_boolean", value);
    case model::ScalarType::timestamptz:
      return call("edo_timestamptz", value);
    case model::ScalarType::timestamp:
      return call("edo_timestamp", value);
    case model::ScalarType::date:
      return call("edo_date", value);
    case model::ScalarType::time:
      return call("edo_time", value);
    case model::ScalarType::uuid:
      return comparable(form, value);
    case model::ScalarType::json:
      return call("edo_document", value);
    case model::ScalarType::jsonb:
      return call("edo_jsonb_document", value);
    case model::ScalarType::other:
      return call("edo_other", value);
    default:
      return value;
  }
}

std::string_view SqliteDialect::function_name(plan::AggregateFunction function,
                                              model::ScalarType type) const {
  // The sum of integers fits 64 bits; that of bigints is a numeric, which has no limit.
  if (function == plan::AggregateFunction::sum && type == model::ScalarType::integer) return "sum";
  const auto& spelling = spelling_of(function);
  return is_whole(type) || type == model::ScalarType::numeric ? spelling.sqlite_exact
                                                              : spelling.sqlite;
}

std::string SqliteDialect::json_at(const std::string& document, const std::string& path) const {
  return call("edo_json_at", document + ", " + path);
}

std::string SqliteDialect::grouped(const std::vector<GroupKey>& keys,
                                   const std::vector<Aggregate>& aggregates,
                                   const std::string& from) const {
  // Without keys there is a group even if there are no rows.
  if (keys.empty()) return Dialect::grouped(keys, aggregates, from);
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

std::string SqliteDialect::concatenated(const std::vector<std::string>& objects) const {
  return call("edo_concatenated", joined(objects, ", "));
}

}  // namespace edo::sql
