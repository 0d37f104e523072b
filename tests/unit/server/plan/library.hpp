// A small model to plan against: authors with articles, for several roles.
#pragma once

#include <memory>

#include "tools/server/model/model.hpp"

namespace edo::plan::tests {

[[nodiscard]] std::unique_ptr<model::Model> library_model();

}  // namespace edo::plan::tests
