#include "tools/server/plan/plan_rows.hpp"

#include <utility>

#include "tools/server/plan/permissions.hpp"
#include "tools/server/plan/plan_conditions.hpp"
#include "tools/server/plan/plan_orders.hpp"

namespace edo::plan {
namespace {

const model::Function* function_of(const schema::Subject& subject) {
  if (const auto* tracked = std::get_if<const model::TrackedFunction*>(&subject)) {
    return &(*tracked)->function;
  }
  const auto* relationship = std::get_if<const model::Relationship*>(&subject);
  return relationship != nullptr && (*relationship)->function ? &*(*relationship)->function
                                                              : nullptr;
}

// Unlike a value that is compared with a column, it may be null.
Bound read_argument(const PlanContext& context, const Place& place,
                    const model::FunctionArgument& argument) {
  if (place.input.is_null()) return {nullptr, argument.type, argument.sql_type};
  return read_value(context, place, {argument.type, argument.sql_type, argument.graphql_type});
}

}  // namespace

GivenArguments read_given(const PlanContext& context, const model::Function& function,
                          const std::vector<Place>& arguments) {
  const Place* args = find_place(arguments, "args");
  if (args == nullptr) return {};
  const auto places = context.reader.members(*args);
  GivenArguments given;
  for (const model::FunctionArgument& argument : function.arguments) {
    if (argument.source != model::FunctionArgument::Source::client) continue;
    if (const Place* place = find_place(places, argument.name)) {
      given.emplace_back(&argument, read_argument(context, *place, argument));
    } else if (!argument.has_default) {
      given.emplace_back(&argument, Bound{nullptr, argument.type, argument.sql_type});
    }
  }
  return given;
}

Rows read_rows(const PlanContext& context, const model::Table& table,
               const schema::OutputField& definition, const std::vector<Place>& arguments,
               const language::Path& path) {
  Rows rows;
  rows.table = &table;
  rows.function = function_of(definition.subject);
  if (rows.function != nullptr) rows.given = read_given(context, *rows.function, arguments);
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
