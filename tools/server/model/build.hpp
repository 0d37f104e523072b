// Puts what the metadata asks for and what the database has together.
#pragma once

#include <memory>

#include "tools/server/model/catalog.hpp"
#include "tools/server/model/metadata.hpp"
#include "tools/server/model/model.hpp"

namespace edo::graphql {

// Throws Error invalid_argument, with the table's name, where the metadata names what the database
// does not have, or where two things would bear one name.
[[nodiscard]] std::unique_ptr<Model> build_model(const Metadata& metadata, const Catalog& catalog);

}  // namespace edo::graphql
