// Names a table, a view or a function of the database.
#pragma once

#include <compare>
#include <string>

namespace edo::model {

struct TableName {
  std::string schema;  // means nothing on SQLite
  std::string name;

  [[nodiscard]] std::string text() const { return schema.empty() ? name : schema + "." + name; }
  auto operator<=>(const TableName&) const = default;
};

}  // namespace edo::model
