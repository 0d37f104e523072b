// The bookshop that the surface is tried on, in both kinds of database.
#pragma once

#include <memory>
#include <string>

#include "answers.hpp"
#include "support/files.hpp"
#include "tools/server/engine/engine.hpp"

namespace edo::testing {

// The path of a file of this folder.
[[nodiscard]] std::string surface_file(const std::string& name);

[[nodiscard]] std::unique_ptr<engine::Engine> shop_on_file(
    const TemporaryDirectory& folder, const std::string& metadata = surface_file("metadata"));
// In the empty database at `url`.
[[nodiscard]] std::unique_ptr<engine::Engine> shop_on_postgres(
    const std::string& url, const std::string& metadata = surface_file("metadata"));

}  // namespace edo::testing
