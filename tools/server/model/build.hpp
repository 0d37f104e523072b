// Puts what the metadata asks for and what the database has together.
#pragma once

#include <memory>

#include "tools/server/model/catalog.hpp"
#include "tools/server/model/metadata.hpp"
#include "tools/server/model/model.hpp"

namespace edo::model {

// What the metadata names and the database does not have is left out and told in
// Model::inconsistencies, and so is the second of two things that would bear one name.
[[nodiscard]] std::unique_ptr<Model> build_model(const Metadata& metadata, const Catalog& catalog);

}  // namespace edo::model
