// Says which login posts for a store, at the centre.
#pragma once

#include <optional>
#include <string>

#include "base/uuid.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::apply {

// From now on `login`, or the members of that role, post to the inbox for the store, and nobody
// else does. Returns the login that did before, nothing if none was bound. Throws Error:
// invalid_argument (the server has no such role), denied.
std::optional<std::string> bind(postgres::Connection& connection, const base::Uuid& store,
                                const std::string& login);

}  // namespace edo::apply
