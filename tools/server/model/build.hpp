// Builds the model from the metadata and the catalog of the database.
#pragma once

#include <memory>

#include "tools/server/model/catalog.hpp"
#include "tools/server/model/metadata.hpp"
#include "tools/server/model/model.hpp"

namespace edo::model {

// Omits what the metadata names and the database does not have, and the second of two things with
// one name. Lists both in Model::inconsistencies.
[[nodiscard]] std::unique_ptr<Model> build_model(const Metadata& metadata, const Catalog& catalog);

}  // namespace edo::model
