#include "tools/server/sql/searches.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace edo::sql {
namespace {

using plan::Operator;
using search::Need;

constexpr std::string_view kTime = "created_at";

Need need_of(const plan::BoolExp& what, const model::Table& table);

std::vector<Need> needs_of(const std::vector<plan::BoolExp>& parts, const model::Table& table) {
  std::vector<Need> needs;
  for (const auto& part : parts) needs.push_back(need_of(part, table));
  return needs;
}

Need need_of(const plan::Compare& compare, const model::Table& table) {
  const auto* column = std::get_if<const model::Column*>(&compare.left);
  if (column == nullptr || !search::is_searched(table.sql_name, (*column)->sql_name)) return {};
  const bool is_text = (*column)->type == model::ScalarType::text || compare.as_text;
  const bool is_like = compare.op == Operator::like || compare.op == Operator::ilike;
  if (is_text && is_like && compare.right.value.is_string()) {
    return search::of_pattern(compare.right.value.get_ref<const std::string&>());
  }
  if (!is_text && compare.op == Operator::contains) {
    return search::of_document(compare.right.value);
  }
  return {};
}

// Whether related rows exist, or none do, says nothing about the texts of the row.
Need need_of(const plan::BoolExp& what, const model::Table& table) {
  if (const auto* all = std::get_if<plan::And>(&what.kind)) {
    return search::all_of(needs_of(all->all, table));
  }
  if (const auto* any = std::get_if<plan::Or>(&what.kind)) {
    return search::any_of(needs_of(any->any, table));
  }
  if (const auto* compare = std::get_if<plan::Compare>(&what.kind)) {
    return need_of(*compare, table);
  }
  return {};
}

void add_times(const plan::BoolExp& what, const Dialect& dialect, search::Search& search) {
  if (const auto* all = std::get_if<plan::And>(&what.kind)) {
    for (const auto& part : all->all) add_times(part, dialect, search);
    return;
  }
  const auto* compare = std::get_if<plan::Compare>(&what.kind);
  const auto* column =
      compare == nullptr ? nullptr : std::get_if<const model::Column*>(&compare->left);
  if (column == nullptr || (*column)->sql_name != kTime || !(*column)->canonical) return;
  const bool is_from = compare->op == Operator::gte || compare->op == Operator::gt;
  const bool is_until = compare->op == Operator::lte || compare->op == Operator::lt;
  if (!is_from && !is_until) return;
  const Parameter value = dialect.value(compare->right);
  const auto* time = std::get_if<std::string>(&value);
  if (time == nullptr) return;
  if (is_from) search.from = std::max(search.from, *time);
  if (is_until && (search.until.empty() || *time < search.until)) search.until = *time;
}

bool is_in_order_of_time(const plan::Rows& rows) {
  if (!rows.distinct_on.empty()) return false;
  if (rows.order_by.empty()) return true;  // any rows will do
  const auto& first = rows.order_by.front();
  const auto* column = std::get_if<const model::Column*>(&first.what);
  return first.through.empty() && column != nullptr && (*column)->sql_name == kTime;
}

}  // namespace

std::optional<search::Search> search_of(const plan::Rows& rows, const Dialect& dialect,
                                        std::optional<std::uint64_t> at_most) {
  search::Search search;
  search.table = tables::table_index(rows.table->sql_name);
  if (!dialect.has_text_index() || search.table == tables::kTableCount) return std::nullopt;
  search.need = need_of(rows.where, *rows.table);
  if (!search.need.is_known()) return std::nullopt;
  add_times(rows.where, dialect, search);
  if (rows.limit && (!at_most || *rows.limit < *at_most)) at_most = rows.limit;
  if (at_most && is_in_order_of_time(rows)) search.enough = *at_most + rows.offset.value_or(0);
  return search;
}

}  // namespace edo::sql
