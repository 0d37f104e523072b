// A small model to plan against: authors with articles, for several roles.
#pragma once

#include <memory>

#include "tools/server/model/model.hpp"

namespace edo::graphql::tests {

[[nodiscard]] std::unique_ptr<Model> library_model();

}  // namespace edo::graphql::tests
