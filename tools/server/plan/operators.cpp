#include "tools/server/plan/operators.hpp"

#include <algorithm>
#include <iterator>

namespace edo::graphql {
namespace {

constexpr NamedOperator kOperators[] = {
    {"eq", Operator::eq, OperandKind::value},
    {"neq", Operator::neq, OperandKind::value},
    {"gt", Operator::gt, OperandKind::value},
    {"gte", Operator::gte, OperandKind::value},
    {"lt", Operator::lt, OperandKind::value},
    {"lte", Operator::lte, OperandKind::value},
    {"in", Operator::in, OperandKind::values},
    {"nin", Operator::nin, OperandKind::values},
    {"is_null", Operator::is_null, OperandKind::boolean},
    {"like", Operator::like, OperandKind::value, ScalarType::text},
    {"nlike", Operator::nlike, OperandKind::value, ScalarType::text},
    {"ilike", Operator::ilike, OperandKind::value, ScalarType::text},
    {"nilike", Operator::nilike, OperandKind::value, ScalarType::text},
    {"similar", Operator::similar, OperandKind::value, ScalarType::text},
    {"nsimilar", Operator::nsimilar, OperandKind::value, ScalarType::text},
    {"regex", Operator::regex, OperandKind::value, ScalarType::text},
    {"nregex", Operator::nregex, OperandKind::value, ScalarType::text},
    {"iregex", Operator::iregex, OperandKind::value, ScalarType::text},
    {"niregex", Operator::niregex, OperandKind::value, ScalarType::text},
    {"contains", Operator::contains, OperandKind::value, ScalarType::jsonb},
    {"contained_in", Operator::contained_in, OperandKind::value, ScalarType::jsonb},
    {"has_key", Operator::has_key, OperandKind::text, ScalarType::jsonb},
    {"has_keys_any", Operator::has_keys_any, OperandKind::texts, ScalarType::jsonb},
    {"has_keys_all", Operator::has_keys_all, OperandKind::texts, ScalarType::jsonb},
};

}  // namespace

const NamedOperator* find_operator(std::string_view name) {
  const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                   [&](const auto& known) { return known.name == name; });
  return found == std::end(kOperators) ? nullptr : found;
}

}  // namespace edo::graphql
