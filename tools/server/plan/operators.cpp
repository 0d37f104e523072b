#include "tools/server/plan/operators.hpp"

#include <algorithm>
#include <iterator>

namespace edo::plan {
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
    {"like", Operator::like, OperandKind::value, model::ScalarType::text},
    {"nlike", Operator::nlike, OperandKind::value, model::ScalarType::text},
    {"ilike", Operator::ilike, OperandKind::value, model::ScalarType::text},
    {"nilike", Operator::nilike, OperandKind::value, model::ScalarType::text},
    {"similar", Operator::similar, OperandKind::value, model::ScalarType::text},
    {"nsimilar", Operator::nsimilar, OperandKind::value, model::ScalarType::text},
    {"regex", Operator::regex, OperandKind::value, model::ScalarType::text},
    {"nregex", Operator::nregex, OperandKind::value, model::ScalarType::text},
    {"iregex", Operator::iregex, OperandKind::value, model::ScalarType::text},
    {"niregex", Operator::niregex, OperandKind::value, model::ScalarType::text},
    {"contains", Operator::contains, OperandKind::value, model::ScalarType::jsonb},
    {"contained_in", Operator::contained_in, OperandKind::value, model::ScalarType::jsonb},
    {"has_key", Operator::has_key, OperandKind::text, model::ScalarType::jsonb},
    {"has_keys_any", Operator::has_keys_any, OperandKind::texts, model::ScalarType::jsonb},
    {"has_keys_all", Operator::has_keys_all, OperandKind::texts, model::ScalarType::jsonb},
};

}  // namespace

const NamedOperator* find_operator(std::string_view name) {
  const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                   [&](const auto& known) { return known.name == name; });
  return found == std::end(kOperators) ? nullptr : found;
}

}  // namespace edo::plan
