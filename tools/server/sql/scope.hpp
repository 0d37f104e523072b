// The rows of a statement while it is compiled, and how their columns are written.
#pragma once

#include <string>
#include <vector>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/dialect.hpp"

namespace edo::sql {

// A row with its alias in the statement. Functions return SQL for a value of it.
class Row {
 public:
  Row(const model::Table& table, std::string alias) : table_(&table), alias_(std::move(alias)) {}
  Row(const Row&) = default;
  Row(Row&&) = default;
  Row& operator=(const Row&) = default;
  Row& operator=(Row&&) = default;
  virtual ~Row() = default;

  [[nodiscard]] const model::Table& table() const noexcept { return *table_; }
  [[nodiscard]] const std::string& alias() const noexcept { return alias_; }
  [[nodiscard]] virtual std::string column(const model::Column& column);
  // The row as one value; Postgres only.
  [[nodiscard]] virtual std::string whole() { return alias_; }

 private:
  const model::Table* table_;
  std::string alias_;
};

// A row that a subquery returns. The subquery is written last, with all columns that were used by
// then.
class SubqueryRow final : public Row {
 public:
  // `inner` names the row of the table within the subquery.
  SubqueryRow(const model::Table& table, const std::string& inner, std::string alias)
      : Row(table, std::move(alias)), inner_(table, inner) {}

  [[nodiscard]] std::string column(const model::Column& column) override;
  [[nodiscard]] std::string whole() override;
  // Any value of the subquery, and its name outside.
  [[nodiscard]] std::string value(const std::string& inner_sql);
  [[nodiscard]] std::string name(const std::string& inner_sql);

  // The subquery's select list.
  [[nodiscard]] std::string selected() const;

 private:
  Row inner_;
  std::vector<std::string> selected_;  // the index is the name outside
};

}  // namespace edo::sql
