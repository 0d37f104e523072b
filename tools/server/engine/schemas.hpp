// The schema of each role, made when it is first asked for.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "tools/server/schema/introspection.hpp"
#include "tools/server/schema/schema.hpp"

namespace edo::engine {

// What one role may use, and what it is told of that.
struct RoleSchema {
  RoleSchema(const model::Model& model, const std::string& role)
      : schema(schema::build_schema(model, role)), introspection(schema) {}

  const schema::Schema schema;
  const schema::Introspection introspection;
};

// Any number of threads may use it. It points into the model, which must outlive it.
class Schemas {
 public:
  explicit Schemas(const model::Model& model);

  // Anybody may call himself anything, so only roles that the model knows are kept.
  [[nodiscard]] std::shared_ptr<const RoleSchema> of(const std::string& role);

 private:
  const model::Model& model_;
  std::set<std::string> known_roles_;
  std::mutex mutex_;
  // Shared, since a request may still use what is kept nowhere.
  std::map<std::string, std::shared_ptr<const RoleSchema>> kept_;
};

}  // namespace edo::engine
