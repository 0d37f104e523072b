// Gives the rows of one store to another, in the central database.
#pragma once

#include <cstdint>

#include "base/uuid.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::apply {

// Makes all rows of store `from` rows of store `by` in one transaction, and returns how many. Every
// later version that `by` ships is newer than the adopted row; rows of `from` that still arrive are
// refused. Throws Error.
std::int64_t adopt(postgres::Connection& connection, const base::Uuid& from, const base::Uuid& by);

}  // namespace edo::apply
