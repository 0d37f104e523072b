// What of a table a role may see. What it may not see does not exist for it.
#pragma once

#include <string>

#include "tools/server/model/model.hpp"

namespace edo::graphql {

// One table through the eyes of one role.
class Visible {
 public:
  Visible(const Table& table, const std::string& role) : permission_(table.permission_of(role)) {}

  [[nodiscard]] bool anything() const { return permission_ != nullptr; }
  [[nodiscard]] bool aggregates() const { return anything() && permission_->allow_aggregations; }
  [[nodiscard]] bool column(const Column& column) const {
    return anything() && permission_->columns.contains(column.name);
  }
  [[nodiscard]] bool computed_field(const ComputedField& field) const {
    return anything() && permission_->computed_fields.contains(field.name);
  }

 private:
  const Permission* permission_;
};

}  // namespace edo::graphql
