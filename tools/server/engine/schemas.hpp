// The schema of each role, built when it is first needed.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "tools/server/schema/introspection.hpp"
#include "tools/server/schema/schema.hpp"

namespace edo::engine {

// The schema of one role, and its introspection.
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

  // A client may name any role, so only roles in the model are cached.
  [[nodiscard]] std::shared_ptr<const RoleSchema> of(const std::string& role);

 private:
  const model::Model& model_;
  std::set<std::string> known_roles_;
  std::mutex mutex_;
  // Shared, since a request may use a schema that is not cached.
  std::map<std::string, std::shared_ptr<const RoleSchema>> kept_;
};

}  // namespace edo::engine
