// Hands the rows of one store to another, at the centre.
#pragma once

#include <cstdint>

#include "base/uuid.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::apply {

// Makes all rows of store `from` rows of store `by`, in one transaction, and returns how many.
// Whatever `by` ships of them from then on is newer than what is there; what of `from` is still on
// its way is refused. Throws Error.
std::int64_t adopt(postgres::Connection& connection, const base::Uuid& from, const base::Uuid& by);

}  // namespace edo::apply
