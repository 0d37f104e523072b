// The parts of the compiler; compile.hpp is its interface. Each function returns SQL and binds the
// values in it, so the returned SQL must be used.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/dialect.hpp"
#include "tools/server/sql/scope.hpp"
#include "tools/server/sql/statement.hpp"

namespace edo::sql {

// The FROM clause for the rows of a field. If they are limited, a subquery of plain columns sorts
// and limits them, and JSON is built only for the remaining rows.
class Source {
 public:
  // Rows of the table that `rows` names or returns, called `alias`; `outside` names the subquery.
  Source(const std::string& rows, const model::Table& table, const std::string& alias,
         const std::string& outside);

  // The row for conditions and sort keys.
  [[nodiscard]] Row& inside() noexcept { return inside_; }
  // The row to select from; call it after everything below is set.
  [[nodiscard]] Row& row();
  [[nodiscard]] std::string sorted_by();
  // " FROM …"; call it after the last use of row().
  [[nodiscard]] std::string from();

  std::vector<std::string> conditions;  // all must hold
  std::vector<SortKey> order;
  std::vector<std::string> distinct_on;
  std::string limit_clause;

 private:
  [[nodiscard]] bool is_limited() const noexcept {
    return !limit_clause.empty() || !distinct_on.empty();
  }
  [[nodiscard]] std::string subquery();

  std::string table_;
  Row inside_;
  SubqueryRow outside_;
};

// How a row is reached: from `parent` over the relationship, or directly.
struct RowOrigin {
  const model::Relationship* relationship = nullptr;
  Row* parent = nullptr;
};

class Compiler {
 public:
  Compiler(const Dialect& dialect, const plan::Plan& plan, Statement& statement)
      : dialect_(dialect), plan_(plan), statement_(statement) {}

  // Adds the field's column, or columns, to the statement's select list.
  void add(const plan::RootField& field);
  [[nodiscard]] std::size_t columns() const noexcept { return columns_.size(); }
  // Writes the statement.
  void finish();

 private:
  using Members = std::vector<std::pair<std::string, std::string>>;

  // What a value decides about the best plan.
  enum class Effect { none, plan };
  std::string bind(Parameter value, Effect effect = Effect::plan);
  // The number of a LIMIT or OFFSET.
  std::string row_count(std::uint64_t rows);
  std::string fresh_alias();

  // Values of a row.
  std::string stored(const plan::Operand& operand, Row& row);
  // `sql`, or null where the filter does not hold; a null filter always holds.
  std::string shown(const std::string& sql, const nlohmann::json& filter, Row& row);
  std::string comparable(const plan::Operand& operand, Row& row);
  std::string sortable(const plan::Operand& operand, Row& row);
  std::string computed(const model::ComputedField& field, Row& row,
                       const plan::GivenArguments& given = {});
  // A call of the function; `row` is null if it takes none.
  std::string call(const model::Function& function, const plan::GivenArguments& given, Row* row);

  // Conditions. `root` is the row that the whole filter applies to.
  std::string condition(const plan::BoolExp& what, Row& row, Row& root);
  std::string condition(const plan::And& all, Row& row, Row& root);
  std::string condition(const plan::Or& any, Row& row, Row& root);
  std::string condition(const plan::Not& negation, Row& row, Row& root);
  std::string condition(const plan::Compare& compare, Row& row, Row& root);
  std::string condition(const plan::CompareColumns& compare, Row& row, Row& root);
  std::string condition(const plan::ExistsRelated& exists, Row& row, Row& root);
  std::string condition(const plan::ExistsAnywhere& exists, Row& row, Row& root);
  std::string condition(const plan::CompareAggregate& compare, Row& row, Row& root);
  std::string compare(const std::string& left, plan::Operator op, const plan::Bound& right,
                      Effect effect = Effect::plan);

  // Rows.
  std::string join(const model::Relationship& relationship, Row& here, Row& there);
  // `sorted` says whether the order matters even without a limit. Otherwise it is not compiled,
  // since each bound parameter must be used.
  Source source(const plan::Rows& rows, const RowOrigin& origin, bool sorted,
                std::optional<std::uint64_t> at_most = std::nullopt);
  Source source(const model::Table& table, const RowOrigin& origin,
                const model::Function* function = nullptr, const plan::GivenArguments& given = {});
  // The rows of a root field; the statement says what an index may know about them.
  Source root_source(const plan::Rows& rows, std::optional<std::uint64_t> at_most);
  // A condition on the rows; each of them is its root.
  void add_condition(const plan::BoolExp& what, Source& rows);
  std::string order_value(const plan::OrderBy& order, Row& row);
  std::vector<SortKey> sort_keys(const plan::Rows& rows, Row& row);

  // Selections: SELECT statements of one JSON value each, and their parts.
  std::string one_row(const plan::Rows& rows, const std::vector<plan::RowField>& fields);
  std::string many_rows(const plan::Rows& rows, const std::vector<plan::RowField>& fields,
                        const RowOrigin& origin,
                        std::optional<std::uint64_t> at_most = std::nullopt);
  void add_stream(const plan::Stream& stream);
  std::string related_object(const plan::ObjectField& field, Row& parent);
  std::string object(const std::vector<plan::RowField>& fields, Row& row);
  std::string value(const plan::RowField& field, Row& row);
  std::string at_path(std::string json, const std::optional<std::vector<std::string>>& path);

  // Aggregates. A Place says where the value of an aggregate comes from: computed here, or in a
  // grouping.
  using Place = std::function<std::string(const Aggregate&)>;
  std::string aggregated(const plan::AggregateSelection& selection, const RowOrigin& origin);
  std::string aggregate(const plan::AggregateFields& fields, Row& row, const Place& place);
  std::string column_aggregates(const plan::ColumnAggregates& aggregates, Row& row,
                                const Place& place);
  Aggregate aggregate_of(plan::AggregateFunction function, const plan::Operand& what, Row& row,
                         bool distinct = false);
  // What a condition compares: a SELECT of the aggregate's result for these rows.
  std::string aggregate_of(const plan::CompareAggregate& compare, Source& rows);
  // The result of an aggregate of the column, in a form that compares and sorts correctly.
  std::string sortable_result(plan::AggregateFunction function, const model::Column& column,
                              const std::string& sql);
  Aggregate count(const std::vector<const model::Column*>& columns, bool distinct, Row& row);
  std::string groups(const plan::GroupByField& field, const plan::Rows& rows,
                     const RowOrigin& origin);

  const Dialect& dialect_;
  const plan::Plan& plan_;
  Statement& statement_;
  std::vector<std::string> columns_;
  std::vector<std::string> from_;
  std::size_t aliases_ = 0;
};

}  // namespace edo::sql
