// What of a table a role may see. What it may not see does not exist for it.
#pragma once

#include <string>
#include <vector>

#include "tools/server/model/model.hpp"

namespace edo::graphql {

inline constexpr const char* kAdmin = "admin";

// One table through the eyes of one role. admin needs no permission and sees everything.
class Visible {
 public:
  Visible(const Table& table, const std::string& role)
      : is_admin_(role == kAdmin), permission_(is_admin_ ? nullptr : table.permission_of(role)) {}

  [[nodiscard]] bool anything() const { return is_admin_ || permission_ != nullptr; }
  [[nodiscard]] bool aggregates() const {
    return is_admin_ || (anything() && permission_->allow_aggregations);
  }
  [[nodiscard]] bool column(const Column& column) const {
    return is_admin_ || (anything() && permission_->columns.contains(column.name));
  }
  [[nodiscard]] bool computed_field(const ComputedField& field) const {
    return is_admin_ || (anything() && permission_->computed_fields.contains(field.name));
  }
  // Null for admin, whose rows nothing filters and nothing limits.
  [[nodiscard]] const Permission* permission() const { return permission_; }

 private:
  bool is_admin_;
  const Permission* permission_;
};

}  // namespace edo::graphql
