#include "tools/server/plan/plan_rows.hpp"

#include <utility>

#include "tools/server/plan/permissions.hpp"
#include "tools/server/plan/plan_conditions.hpp"
#include "tools/server/plan/plan_orders.hpp"

namespace edo::plan {

Rows read_rows(const PlanContext& context, const model::Table& table,
               const std::vector<Place>& arguments, const language::Path& path) {
  Rows rows;
  rows.table = &table;
  rows.where = filter_of(context, table);
  if (const Place* where = find_given(arguments, "where")) {
    rows.where = both(std::move(rows.where), read_bool_exp(context, *where));
  }
  if (const Place* order_by = find_given(arguments, "order_by")) {
    rows.order_by = read_order_by(context, *order_by);
  }
  if (const Place* limit = find_given(arguments, "limit")) {
    rows.limit = context.reader.natural(*limit);
  }
  if (const Place* offset = find_given(arguments, "offset")) {
    const std::int64_t number = context.reader.offset(*offset);
    if (number < 0) language::refuse({}, "OFFSET must not be negative", "data-exception");
    rows.offset = static_cast<std::uint64_t>(number);
  }
  if (const Place* distinct_on = find_given(arguments, "distinct_on")) {
    rows.distinct_on = read_columns(context, *distinct_on);
  }
  check_distinct_on(rows.distinct_on, rows.order_by, path);
  return rows;
}

Rows read_key(const PlanContext& context, const model::Table& table,
              const std::vector<Place>& arguments) {
  Rows rows;
  rows.table = &table;
  std::vector<BoolExp> key;
  for (const Place& argument : arguments) {
    const auto* column = std::get<const model::Column*>(argument.field->subject);
    key.push_back(
        {Compare{column, false, Operator::eq, read_value(context, argument, type_of(column))}});
  }
  rows.where = both(filter_of(context, table), all_of(std::move(key)));
  return rows;
}

}  // namespace edo::plan
