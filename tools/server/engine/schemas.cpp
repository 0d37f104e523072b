#include "tools/server/engine/schemas.hpp"

namespace edo::engine {

Schemas::Schemas(const model::Model& model) : model_(model), known_roles_{"admin"} {
  for (const auto& table : model.tables) {
    for (const auto& [role, permission] : table->permissions) known_roles_.insert(role);
  }
}

std::shared_ptr<const RoleSchema> Schemas::of(const std::string& role) {
  const auto make = [&] { return std::make_shared<const RoleSchema>(model_, role); };
  if (!known_roles_.contains(role)) return make();
  const std::lock_guard lock(mutex_);
  auto& schema = kept_[role];
  if (schema == nullptr) schema = make();
  return schema;
}

}  // namespace edo::engine
