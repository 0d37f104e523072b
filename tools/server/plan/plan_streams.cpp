#include "tools/server/plan/plan_streams.hpp"

#include <utility>

#include "tools/server/plan/permissions.hpp"
#include "tools/server/plan/plan_conditions.hpp"

namespace edo::plan {
namespace {

// Whether a value survives being written as JSON.
bool comes_back(const model::Column& column) {
  return column.type != model::ScalarType::numeric && column.type != model::ScalarType::other;
}

}  // namespace

Stream read_stream(const PlanContext& context, const model::Table& table,
                   const std::vector<Place>& arguments, const language::Path& path) {
  Stream stream;
  stream.rows.table = &table;
  stream.rows.where = filter_of(context, table);
  if (const Place* where = find_given(arguments, "where")) {
    stream.rows.where = both(std::move(stream.rows.where), read_bool_exp(context, *where));
  }
  for (const Place& item : context.reader.items(*find_place(arguments, "cursor"))) {
    if (item.input.is_null()) continue;
    const auto members = context.reader.members(item);
    const Place* ordering = find_place(members, "ordering");
    stream.descending = ordering != nullptr && context.reader.enumerated(*ordering).name == "DESC";
    for (const Place& value : context.reader.members(*find_place(members, "initial_value"))) {
      const auto* column = std::get<const model::Column*>(value.field->subject);
      stream.cursor.emplace_back(column, read_value(context, value, type_of(column)));
    }
  }
  if (stream.cursor.empty()) language::refuse(path, "one streaming column field is expected");
  if (stream.cursor.size() > 1)
    language::refuse(path, "multiple column cursors are not supported yet");
  for (const model::Column* key : table.primary_key) {
    if (key == stream.cursor.front().first || !comes_back(*key)) continue;
    stream.cursor.emplace_back(key, Bound{nullptr, key->type, key->sql_type});
  }
  const std::uint64_t batch_size = context.reader.natural(*find_place(arguments, "batch_size"));
  stream.batch_size = *limit_of(context, table, batch_size);
  return stream;
}

}  // namespace edo::plan
