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
    {"like", Operator::like, OperandKind::value},
    {"nlike", Operator::nlike, OperandKind::value},
    {"ilike", Operator::ilike, OperandKind::value},
    {"nilike", Operator::nilike, OperandKind::value},
    {"similar", Operator::similar, OperandKind::value},
    {"nsimilar", Operator::nsimilar, OperandKind::value},
    {"regex", Operator::regex, OperandKind::value},
    {"nregex", Operator::nregex, OperandKind::value},
    {"iregex", Operator::iregex, OperandKind::value},
    {"niregex", Operator::niregex, OperandKind::value},
    {"contains", Operator::contains, OperandKind::value},
    {"contained_in", Operator::contained_in, OperandKind::value},
    {"has_key", Operator::has_key, OperandKind::text},
    {"has_keys_any", Operator::has_keys_any, OperandKind::texts},
    {"has_keys_all", Operator::has_keys_all, OperandKind::texts},
};

}  // namespace

const NamedOperator* find_operator(std::string_view name) {
  const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                   [&](const auto& known) { return known.name == name; });
  return found == std::end(kOperators) ? nullptr : found;
}

}  // namespace edo::graphql
