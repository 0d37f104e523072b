#include "tools/server/sql/spellings.hpp"

#include <algorithm>
#include <iterator>

#include "tools/server/sql/bind_values.hpp"

namespace edo::sql {
namespace {

using plan::AggregateFunction;
using plan::Operator;

constexpr std::pair<Operator, std::string_view> kSigns[] = {
    {Operator::eq, " = "},   {Operator::neq, " <> "}, {Operator::gt, " > "},
    {Operator::gte, " >= "}, {Operator::lt, " < "},   {Operator::lte, " <= "},
};

constexpr OperatorSpelling kOperators[] = {
    {Operator::like, "LIKE", "text", "edo_like"},
    {Operator::nlike, "NOT LIKE", "text", "edo_like", true},
    {Operator::ilike, "ILIKE", "text", "edo_ilike"},
    {Operator::nilike, "NOT ILIKE", "text", "edo_ilike", true},
    {Operator::similar, "SIMILAR TO", "text", "edo_similar"},
    {Operator::nsimilar, "NOT SIMILAR TO", "text", "edo_similar", true},
    {Operator::regex, "~", "text", "edo_regex"},
    {Operator::nregex, "!~", "text", "edo_regex", true},
    {Operator::iregex, "~*", "text", "edo_iregex"},
    {Operator::niregex, "!~*", "text", "edo_iregex", true},
    {Operator::contains, "@>", "jsonb", "edo_contains"},
    {Operator::contained_in, "<@", "jsonb", "edo_contained_in"},
    {Operator::has_key, "?", "text", "edo_has_key"},
    {Operator::has_keys_any, "?|", "text[]", "edo_has_keys_any"},
    {Operator::has_keys_all, "?&", "text[]", "edo_has_keys_all"},
};

constexpr FunctionSpelling kFunctions[] = {
    {AggregateFunction::count, "count", "count", "count"},
    {AggregateFunction::sum, "sum", "edo_float_sum", "edo_numeric_sum"},
    {AggregateFunction::avg, "avg", "edo_float_avg", "edo_numeric_avg"},
    {AggregateFunction::min, "min", "min", "min"},
    {AggregateFunction::max, "max", "max", "max"},
    {AggregateFunction::stddev, "stddev", "edo_float_stddev_samp", "edo_numeric_stddev_samp"},
    {AggregateFunction::stddev_pop, "stddev_pop", "edo_float_stddev_pop", "edo_numeric_stddev_pop"},
    {AggregateFunction::stddev_samp, "stddev_samp", "edo_float_stddev_samp",
     "edo_numeric_stddev_samp"},
    {AggregateFunction::var_pop, "var_pop", "edo_float_var_pop", "edo_numeric_var_pop"},
    {AggregateFunction::var_samp, "var_samp", "edo_float_var_samp", "edo_numeric_var_samp"},
    {AggregateFunction::variance, "variance", "edo_float_var_samp", "edo_numeric_var_samp"},
    {AggregateFunction::bool_and, "bool_and", "min", "min"},
    {AggregateFunction::bool_or, "bool_or", "max", "max"},
    {AggregateFunction::corr, "corr", "edo_corr", "edo_corr"},
    {AggregateFunction::covar_samp, "covar_samp", "edo_covar_samp", "edo_covar_samp"},
};

std::string_view postgres_identity(model::ScalarType) { return {}; }

std::string_view sqlite_identity(model::ScalarType type) {
  switch (type) {
    case model::ScalarType::numeric:
      return "edo_numeric_identity";
    case model::ScalarType::float4:
    case model::ScalarType::float8:
      return "edo_real_identity";
    case model::ScalarType::json:
    case model::ScalarType::jsonb:
      return "edo_jsonb_identity";
    default:
      return {};
  }
}

}  // namespace

const Spellings kPostgresSpellings = {
    .parameter = "$",
    .no_limit = "",
    .has_schemas = true,
    .plans_by_row_count = true,
    .json_object = "json_build_object",
    .json_elements = "json_agg",
    .json_array = {"coalesce(", ", '[]')"},
    .json_subquery = {"", ""},
    .document_text = {"(", ")::text"},
    .distinct_count = {"count(DISTINCT (", "))"},
    .identity = postgres_identity,
    .value = postgres_value,
    .array = postgres_array,
};

const Spellings kSqliteSpellings = {
    .parameter = "?",
    .no_limit = "-1",
    .has_schemas = false,
    .plans_by_row_count = false,
    .json_object = "json_object",
    .json_elements = "edo_elements",
    .json_array = {"", ""},
    .json_subquery = {"edo_json(", ")"},
    .document_text = {"edo_jsonb_text(", ")"},
    .distinct_count = {"count(DISTINCT json_array(", "))"},
    .identity = sqlite_identity,
    .value = sqlite_value,
    .array = sqlite_array,
};

std::string Enclosure::of(std::string_view inside) const {
  return std::string(before).append(inside).append(after);
}

std::string_view comparison_sign(Operator op) noexcept {
  const auto* found = std::find_if(std::begin(kSigns), std::end(kSigns),
                                   [op](const auto& entry) { return entry.first == op; });
  return found == std::end(kSigns) ? std::string_view() : found->second;
}

const OperatorSpelling& spelling_of(Operator op) noexcept {
  return *std::find_if(std::begin(kOperators), std::end(kOperators),
                       [op](const auto& entry) { return entry.op == op; });
}

const FunctionSpelling& spelling_of(AggregateFunction function) noexcept {
  return *std::find_if(std::begin(kFunctions), std::end(kFunctions),
                       [function](const auto& entry) { return entry.function == function; });
}

}  // namespace edo::sql
