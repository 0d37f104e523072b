#include "tools/server/model/inherit.hpp"

#include <algorithm>
#include <utility>

namespace edo::model {
namespace {

using nlohmann::json;
using Permissions = std::vector<Permission>;

json any_of(std::vector<json> filters) {
  return filters.size() == 1 ? std::move(filters.front()) : json{{"_or", std::move(filters)}};
}

// The rows in which one role sees a value.
template <typename Partial>
json shown_to(const Permission& permission, const Partial& partial, const std::string& name) {
  const auto found = partial.find(name);
  if (found == partial.end()) return permission.filter;
  return {{"_and", json::array({permission.filter, found->second.shown_if})}};
}

// A filter of the rows in which any of the roles sees a value; null if that is in all that they
// see.
template <typename Partial>
json shown_if(const Permissions& permissions, std::set<std::string> Permission::*names,
              Partial Permission::*partial, const std::string& name) {
  std::vector<json> filters;
  bool is_whole = true;
  for (const auto& permission : permissions) {
    const bool has = (permission.*names).contains(name);
    if (has) filters.push_back(shown_to(permission, permission.*partial, name));
    is_whole = is_whole && has && !(permission.*partial).contains(name);
  }
  return is_whole ? json() : any_of(std::move(filters));
}

template <typename Value>
Value partly(Value whole, json filter) {
  whole.shown_if = std::move(filter);
  return whole;
}

// Absent means all.
void add_fields(std::optional<std::set<std::string>>& to,
                const std::optional<std::set<std::string>>& from) {
  if (!to || !from) {
    to.reset();
  } else {
    to->insert(from->begin(), from->end());
  }
}

void add_partial_values(const Table& table, const Permissions& permissions, Permission& result) {
  for (const Column& column : table.columns) {
    if (!result.columns.contains(column.name)) continue;
    json filter =
        shown_if(permissions, &Permission::columns, &Permission::partial_columns, column.name);
    if (filter.is_null()) continue;
    Column partial = partly(column, std::move(filter));
    partial.nullable = true;
    result.partial_columns.emplace(column.name, std::move(partial));
  }
  for (const ComputedField& field : table.computed_fields) {
    if (!result.computed_fields.contains(field.name)) continue;
    json filter = shown_if(permissions, &Permission::computed_fields, &Permission::partial_fields,
                           field.name);
    if (filter.is_null()) continue;
    result.partial_fields.emplace(field.name, partly(field, std::move(filter)));
  }
}

Permission together(const Table& table, const Permissions& permissions) {
  Permission result = permissions.front();
  result.partial_columns.clear();
  result.partial_fields.clear();
  std::vector<json> filters;
  for (const auto& each : permissions) {
    result.columns.insert(each.columns.begin(), each.columns.end());
    result.computed_fields.insert(each.computed_fields.begin(), each.computed_fields.end());
    result.limit = result.limit && each.limit ? std::max(result.limit, each.limit) : std::nullopt;
    result.allow_aggregations = result.allow_aggregations || each.allow_aggregations;
    add_fields(result.query_root_fields, each.query_root_fields);
    add_fields(result.subscription_root_fields, each.subscription_root_fields);
    filters.push_back(each.filter);
  }
  result.filter = any_of(std::move(filters));
  add_partial_values(table, permissions, result);
  return result;
}

}  // namespace

std::optional<Permission> inherited_permission(
    const Table& table, const TableMetadata& metadata, const std::string& role,
    const std::map<std::string, std::vector<std::string>>& inherited_roles) {
  const auto own = table.permissions.find(role);
  if (own != table.permissions.end()) return own->second;
  const auto parents = inherited_roles.find(role);
  if (parents == inherited_roles.end() || metadata.permissions.contains(role)) return std::nullopt;
  Permissions permissions;
  for (const auto& parent : parents->second) {
    auto found = inherited_permission(table, metadata, parent, inherited_roles);
    if (found) permissions.push_back(*std::move(found));
  }
  if (permissions.empty()) return std::nullopt;
  return together(table, permissions);
}

}  // namespace edo::model
