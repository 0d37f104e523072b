// Where the columns of a row are found while a statement is put together.
#pragma once

#include <string>
#include <vector>

#include "tools/server/plan/plan.hpp"
#include "tools/server/sql/dialect.hpp"

namespace edo::sql {

// A row under the name that the statement gives it. What is asked for is SQL for a value of it.
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

// A row that comes out of a subquery, which is written last and yields what was asked for by then.
class SubqueryRow final : public Row {
 public:
  // `inner` names the row of the table within the subquery.
  SubqueryRow(const model::Table& table, const std::string& inner, std::string alias)
      : Row(table, std::move(alias)), inner_(table, inner) {}

  [[nodiscard]] std::string column(const model::Column& column) override;
  [[nodiscard]] std::string whole() override;
  // Any value within the subquery, and what it is called at its end.
  [[nodiscard]] std::string value(const std::string& inner_sql);
  [[nodiscard]] std::string name(const std::string& inner_sql);

  // The subquery's select list.
  [[nodiscard]] std::string selected() const;

 private:
  Row inner_;
  std::vector<std::string> selected_;  // the place in it is the name outside
};

}  // namespace edo::sql
