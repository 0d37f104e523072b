// Which parts of a table a role may see. Other parts do not exist for it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tools/server/model/model.hpp"

namespace edo::schema {

// The visible parts of one table for one role.
class Visible {
 public:
  Visible(const model::Table& table, const std::string& role)
      : permission_(table.permission_of(role)) {}

  [[nodiscard]] bool anything() const { return permission_ != nullptr; }
  [[nodiscard]] bool aggregates() const { return anything() && permission_->allow_aggregations; }
  [[nodiscard]] bool column(const model::Column& column) const {
    return anything() && permission_->columns.contains(column.name);
  }
  [[nodiscard]] bool computed_field(const model::ComputedField& field) const {
    return anything() && permission_->computed_fields.contains(field.name);
  }
  // As the role sees it: the table's own, or one that is null in some rows.
  [[nodiscard]] const model::Column* seen(const model::Column& column) const {
    return own_or(permission_->partial_columns, column);
  }
  [[nodiscard]] const model::ComputedField* seen(const model::ComputedField& field) const {
    return own_or(permission_->partial_fields, field);
  }
  // `kind` is select, select_by_pk, select_aggregate or select_stream.
  [[nodiscard]] bool root_field(std::string_view root, const std::string& kind) const {
    if (!anything()) return false;
    const auto& listed = root == "query_root" ? permission_->query_root_fields
                                              : permission_->subscription_root_fields;
    return !listed || listed->contains(kind);
  }

 private:
  template <typename Value>
  static const Value* own_or(const std::map<std::string, Value>& partial, const Value& whole) {
    const auto found = partial.find(whole.name);
    return found == partial.end() ? &whole : &found->second;
  }

  const model::Permission* permission_;
};

}  // namespace edo::schema
