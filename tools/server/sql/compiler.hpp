// The compiler's own parts; compile.hpp is its door. Each function returns SQL and binds the values
// that it needs on the way, so what is returned must be used.
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

namespace edo::graphql::sql {

// The rows of a Rows as something to select from. Where they are limited, sorting and limiting
// happen in a subquery that yields plain columns, and JSON is made of the rows that are left.
class Source {
 public:
  // Rows in `table`, called `alias`; `outside` names the subquery.
  Source(const Dialect& dialect, const Table& table, const std::string& alias,
         const std::string& outside);

  // What conditions and sort keys are about.
  [[nodiscard]] Row& inside() noexcept { return inside_; }
  // What is selected from; to be asked for once everything below is set.
  [[nodiscard]] Row& row();
  [[nodiscard]] std::string sorted_by();
  // " FROM …", to be written once everything was asked of row().
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

// How a row is reached: from `parent` over the relationship, or by itself.
struct Way {
  const Relationship* relationship = nullptr;
  Row* parent = nullptr;
};

class Compiler {
 public:
  Compiler(const Dialect& dialect, Statement& statement)
      : dialect_(dialect), statement_(statement) {}

  // Adds the field's column, or columns, to the statement's select list.
  void add(const RootField& field);
  [[nodiscard]] std::size_t columns() const noexcept { return columns_.size(); }
  // Writes the statement.
  void finish();

 private:
  using Members = std::vector<std::pair<std::string, std::string>>;

  std::string bind(Parameter value);
  std::string fresh_alias();

  // Values of a row.
  std::string stored(const Operand& operand, Row& row);
  std::string comparable(const Operand& operand, Row& row);
  std::string computed(const ComputedField& field, Row& row);

  // Conditions. `root` is the row that the whole of a filter is about.
  std::string condition(const BoolExp& what, Row& row, Row& root);
  std::string condition(const And& all, Row& row, Row& root);
  std::string condition(const Or& any, Row& row, Row& root);
  std::string condition(const Not& negation, Row& row, Row& root);
  std::string condition(const Compare& compare, Row& row, Row& root);
  std::string condition(const CompareColumns& compare, Row& row, Row& root);
  std::string condition(const ExistsRelated& exists, Row& row, Row& root);
  std::string condition(const ExistsAnywhere& exists, Row& row, Row& root);
  std::string condition(const CompareAggregate& compare, Row& row, Row& root);
  std::string compare(const std::string& left, Operator op, const Bound& right);

  // Rows.
  std::string join(const Relationship& relationship, Row& here, Row& there);
  // `sorted` says whether their order matters even if all are taken: what is compiled has to be
  // used, since Postgres wants to see each parameter.
  Source source(const Rows& rows, const Way& way, bool sorted,
                std::optional<std::uint64_t> at_most = std::nullopt);
  Source source(const Table& table, const Way& way);
  // A condition on the rows as such: its root is each of them.
  void add_condition(const BoolExp& what, Source& rows);
  std::string order_value(const OrderBy& order, Row& row);
  std::vector<SortKey> sort_keys(const Rows& rows, Row& row);

  // Selections: SELECT statements of one JSON value each, and the parts of them.
  std::string one_row(const Rows& rows, const std::vector<RowField>& fields);
  std::string many_rows(const Rows& rows, const std::vector<RowField>& fields, const Way& way,
                        std::optional<std::uint64_t> at_most = std::nullopt);
  void add_stream(const Stream& stream);
  std::string related_object(const ObjectField& field, Row& parent);
  std::string object(const std::vector<RowField>& fields, Row& row);
  std::string value(const RowField& field, Row& row);
  std::string at_path(std::string json, const std::optional<std::vector<std::string>>& path);

  // Aggregates. What is made of them takes each from its place: there, or in a grouping.
  using Place = std::function<std::string(const Aggregate&)>;
  std::string aggregated(const AggregateSelection& selection, const Way& way);
  std::string aggregate(const AggregateFields& fields, Row& row, const Place& place);
  std::string column_aggregates(const ColumnAggregates& aggregates, Row& row, const Place& place);
  Aggregate aggregate_of(AggregateFunction function, const Column& column, Row& row);
  Aggregate count(const std::vector<const Column*>& columns, bool distinct, Row& row);
  std::string groups(const GroupByField& field, const Rows& rows, const Way& way);

  const Dialect& dialect_;
  Statement& statement_;
  std::vector<std::string> columns_;
  std::vector<std::string> from_;
  std::size_t aliases_ = 0;
};

}  // namespace edo::graphql::sql
