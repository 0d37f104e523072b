// Binds a store to a login, in the central database.
#pragma once

#include <optional>
#include <string>

#include "base/uuid.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::apply {

// From now on only `login`, or the members of that role, may post batches of the store. Returns the
// login that was bound before, if any. Throws Error: invalid_argument (the server has no such
// role), denied.
std::optional<std::string> bind(postgres::Connection& connection, const base::Uuid& store,
                                const std::string& login);

}  // namespace edo::apply
