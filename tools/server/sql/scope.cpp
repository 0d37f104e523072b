#include "tools/server/sql/scope.hpp"

#include <algorithm>

namespace edo::sql {

std::string Row::column(const model::Column& column) {
  return alias_ + "." + quoted_name(column.sql_name);
}

std::string SubqueryRow::column(const model::Column& column) {
  return value(inner_.column(column));
}

std::string SubqueryRow::whole() { return "(" + value(inner_.whole()) + ")"; }

std::string SubqueryRow::value(const std::string& inner_sql) {
  return alias() + "." + name(inner_sql);
}

std::string SubqueryRow::name(const std::string& inner_sql) {
  auto found = std::find(selected_.begin(), selected_.end(), inner_sql);
  if (found == selected_.end()) found = selected_.insert(selected_.end(), inner_sql);
  return "c" + std::to_string(found - selected_.begin());
}

std::string SubqueryRow::selected() const {
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < selected_.size(); ++i) {
    columns.push_back(selected_[i] + " AS c" + std::to_string(i));
  }
  return columns.empty() ? "1" : joined(columns, ", ");
}

}  // namespace edo::sql
