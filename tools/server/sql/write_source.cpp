#include <list>

#include "tools/server/sql/compiler.hpp"
#include "tools/server/sql/searches.hpp"

namespace edo::sql {
namespace {

std::string where(const std::vector<std::string>& conditions) {
  std::vector<std::string> kept;
  for (const auto& condition : conditions) {
    if (condition != "true") kept.push_back(condition);
  }
  return kept.empty() ? std::string() : " WHERE " + joined(kept, " AND ");
}

// Indexes serve a join of columns as they are stored.
std::string joinable(const Dialect& dialect, const model::Column& column, Row& row,
                     const model::Column& other) {
  const std::string stored = row.column(column);
  if (conflict(column, other)) return dialect.sortable({column.type}, stored);
  return column.canonical ? stored : dialect.comparable(form_of(column), stored);
}

}  // namespace

Source::Source(const std::string& rows, const model::Table& table, const std::string& alias,
               const std::string& outside)
    : table_(rows + " " + alias), inside_(table, alias), outside_(table, alias, outside) {}

Row& Source::row() { return is_limited() ? static_cast<Row&>(outside_) : inside_; }

std::string Source::sorted_by() {
  if (!is_limited()) return joined(order);
  std::vector<SortKey> keys;
  for (const auto& key : order) keys.push_back({outside_.value(key.what), key.how});
  return joined(keys);
}

std::string Source::from() {
  if (!is_limited()) return " FROM " + table_ + where(conditions);
  return " FROM (" + subquery() + ") " + outside_.alias();
}

std::string Source::subquery() {
  const std::string sorted = order.empty() ? "" : " ORDER BY " + joined(order);
  const std::string rows = " FROM " + table_ + where(conditions);
  if (distinct_on.empty()) {
    return "SELECT " + outside_.selected() + rows + sorted + limit_clause;
  }
  std::vector<SortKey> keys;
  for (const auto& key : order) keys.push_back({outside_.name(key.what), key.how});
  // Also for Postgres, whose DISTINCT ON would require another order.
  return "SELECT * FROM (SELECT " + outside_.selected() + ", row_number() OVER (PARTITION BY " +
         joined(distinct_on, ", ") + sorted + ") AS place" + rows + ") ranked WHERE place = 1" +
         (keys.empty() ? "" : " ORDER BY " + joined(keys)) + limit_clause;
}

std::string Compiler::join(const model::Relationship& relationship, Row& here, Row& there) {
  std::vector<std::string> pairs;
  for (const auto& [our, their] : relationship.columns) {
    pairs.push_back(joinable(dialect_, *their, there, *our) + " = " +
                    joinable(dialect_, *our, here, *their));
  }
  return pairs.empty() ? "true" : joined(pairs, " AND ");
}

Source Compiler::source(const model::Table& table, const RowOrigin& origin,
                        const model::Function* function, const plan::GivenArguments& given) {
  const auto* relationship = origin.relationship;
  if (relationship != nullptr && relationship->function) function = &*relationship->function;
  const std::string alias = fresh_alias();
  Source made(function == nullptr ? dialect_.table(table.schema, table.sql_name)
                                  : call(*function, given, origin.parent),
              table, alias, alias + "r");
  if (relationship != nullptr) {
    made.conditions.push_back(join(*origin.relationship, *origin.parent, made.inside()));
  }
  return made;
}

Source Compiler::root_source(const plan::Rows& rows, std::optional<std::uint64_t> at_most) {
  auto search = search_of(rows, dialect_, at_most);
  if (!search) return source(*rows.table, {});
  const std::string table = dialect_.table(rows.table->schema, rows.table->sql_name);
  const std::string from = "/*" + std::to_string(statement_.searched.size()) + "*/" + table;
  statement_.searched.push_back({from, rows.table->sql_name, *std::move(search)});
  const std::string alias = fresh_alias();
  return {from, *rows.table, alias, alias + "r"};
}

Source Compiler::source(const plan::Rows& rows, const RowOrigin& origin, bool sorted,
                        std::optional<std::uint64_t> at_most) {
  const bool is_root = origin.relationship == nullptr && rows.function == nullptr;
  Source made =
      is_root ? root_source(rows, at_most) : source(*rows.table, origin, rows.function, rows.given);
  add_condition(rows.where, made);
  const bool takes_some = at_most || rows.limit || rows.offset || !rows.distinct_on.empty();
  if (sorted || takes_some) made.order = sort_keys(rows, made.inside());
  for (const auto* column : rows.distinct_on) {
    made.distinct_on.push_back(comparable(column, made.inside()));
  }
  const auto bound = [this](const std::optional<std::uint64_t>& number) {
    return number ? row_count(*number) : std::string();
  };
  if (rows.limit && (!at_most || *rows.limit < *at_most)) at_most = rows.limit;
  const std::string limit = bound(at_most);
  made.limit_clause = dialect_.limit(limit, bound(rows.offset));
  return made;
}

std::vector<SortKey> Compiler::sort_keys(const plan::Rows& rows, Row& row) {
  std::vector<SortKey> keys;
  for (const auto& order : rows.order_by) {
    std::string how = order.descending ? " DESC" : " ASC";
    const auto* column = std::get_if<const model::Column*>(&order.what);
    // Omits NULLS FIRST or LAST for columns without nulls, so that an index with either order can
    // be used.
    const bool never_null = column != nullptr && order.through.empty() && !(*column)->nullable;
    if (!never_null) how += order.nulls_first ? " NULLS FIRST" : " NULLS LAST";
    keys.push_back({order_value(order, row), how});
  }
  if (!keys.empty()) return keys;
  for (const auto* column : rows.distinct_on) {
    keys.push_back({sortable(column, row), " ASC NULLS LAST"});
  }
  return keys;
}

std::string Compiler::order_value(const plan::OrderBy& order, Row& row) {
  // Each relationship on the path is a subquery inside the previous one.
  std::list<Source> path;  // a list, since its elements do not move
  std::string begin;
  std::string end;
  Row* here = &row;
  for (const auto& step : order.through) {
    Source& there =
        path.emplace_back(source(*step.relationship->remote, {step.relationship, here}));
    if (step.permission != nullptr) add_condition(*step.permission, there);
    begin += "(SELECT ";
    end = there.from() + " LIMIT 1)" + end;
    here = &there.inside();
  }
  // Sorting is spelled around the subqueries: a collation inside has no effect outside.
  if (const auto* column = std::get_if<const model::Column*>(&order.what)) {
    return dialect_.sortable(form_of(**column), begin + stored(*column, *here) + end);
  }
  if (const auto* field = std::get_if<const model::ComputedField*>(&order.what)) {
    return dialect_.sortable(form_of(**field), begin + stored(*field, *here) + end);
  }
  const auto& aggregate = std::get<plan::AggregateOrder>(order.what);
  Source rows = source(*aggregate.relationship->remote, {aggregate.relationship, here});
  if (aggregate.permission != nullptr) add_condition(*aggregate.permission, rows);
  if (aggregate.column == nullptr) return begin + "(SELECT count(*)" + rows.from() + ")" + end;
  const std::string what = aggregate_of(aggregate.function, aggregate.column, rows.inside()).sql;
  return sortable_result(aggregate.function, *aggregate.column,
                         begin + "(SELECT " + what + rows.from() + ")" + end);
}

void Compiler::add_condition(const plan::BoolExp& what, Source& rows) {
  rows.conditions.push_back(condition(what, rows.inside(), rows.inside()));
}

}  // namespace edo::sql
