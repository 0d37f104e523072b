#include "tools/server/plan/plan_orders.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tools/server/plan/aggregate_functions.hpp"
#include "tools/server/plan/permissions.hpp"

namespace edo::plan {
namespace {

// The order that an `order_by` value names. By default, null counts as the largest value.
OrderBy ordered(const PlanContext& context, const Place& place, decltype(OrderBy::what) what) {
  const std::string& direction = context.reader.enumerated(place).name;
  OrderBy order;
  order.what = std::move(what);
  order.descending = direction.starts_with("desc");
  order.nulls_first = direction == "desc" || direction.ends_with("_nulls_first");
  return order;
}

// <t>_aggregate_order_by
void read_aggregate(const PlanContext& context, const Place& place,
                    const model::Relationship& relationship, std::vector<OrderBy>& orders) {
  const auto add = [&](const Place& direction, AggregateFunction function,
                       const model::Column* column) {
    if (direction.input.is_null()) return;
    orders.push_back(ordered(context, direction,
                             AggregateOrder{&relationship, function, column,
                                            permission_of(context, *relationship.remote)}));
  };
  for (const Place& member : context.reader.members(place)) {
    const AggregateFunction function = aggregate_function(member.field->name);
    if (function == AggregateFunction::count) {
      add(member, function, nullptr);
      continue;
    }
    for (const Place& column : context.reader.members(member)) {
      add(column, function, std::get<const model::Column*>(column.field->subject));
    }
  }
}

// <t>_order_by
void read_object(const PlanContext& context, const Place& place, std::vector<OrderBy>& orders) {
  for (const Place& member : context.reader.members(place)) {
    if (member.input.is_null()) continue;
    const schema::Subject& subject = member.field->subject;
    if (const auto* column = std::get_if<const model::Column*>(&subject)) {
      orders.push_back(ordered(context, member, *column));
    } else if (const auto* field = std::get_if<const model::ComputedField*>(&subject)) {
      orders.push_back(ordered(context, member, *field));
    } else {
      const auto& relationship = *std::get<const model::Relationship*>(subject);
      if (relationship.is_array) {
        read_aggregate(context, member, relationship, orders);
        continue;
      }
      const std::size_t first = orders.size();
      read_object(context, member, orders);
      for (std::size_t i = first; i < orders.size(); ++i) {
        auto& through = orders[i].through;
        through.insert(through.begin(),
                       {&relationship, permission_of(context, *relationship.remote)});
      }
    }
  }
}

}  // namespace

std::vector<OrderBy> read_order_by(const PlanContext& context, const Place& place) {
  std::vector<OrderBy> orders;
  for (const Place& item : context.reader.items(place)) read_object(context, item, orders);
  return orders;
}

std::vector<const model::Column*> read_columns(const PlanContext& context, const Place& place) {
  std::vector<const model::Column*> columns;
  for (const Place& item : context.reader.items(place)) {
    columns.push_back(std::get<const model::Column*>(context.reader.enumerated(item).subject));
  }
  return columns;
}

void check_distinct_on(const std::vector<const model::Column*>& distinct_on,
                       const std::vector<OrderBy>& order_by, const language::Path& path) {
  if (distinct_on.empty() || order_by.empty()) return;
  std::vector<const model::Column*> initial;
  for (std::size_t i = 0; i < std::min(distinct_on.size(), order_by.size()); ++i) {
    const auto* column = std::get_if<const model::Column*>(&order_by[i].what);
    if (column != nullptr && order_by[i].through.empty()) initial.push_back(*column);
  }
  const auto is_initial = [&](const model::Column* column) {
    return std::find(initial.begin(), initial.end(), column) != initial.end();
  };
  if (initial.size() == distinct_on.size() &&
      std::all_of(distinct_on.begin(), distinct_on.end(), is_initial)) {
    return;
  }
  language::refuse(path, R"("distinct_on" columns must match initial "order_by" columns)");
}

}  // namespace edo::plan
