// The bytes of a batch that the centre keeps, in the inbox or as a dead letter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replicator/batch/codec.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::apply {

// Reads a payload of `size` bytes in pieces, since libpq holds each value twice and keeps the
// memory that the largest one took. `row` is what follows FROM, with its parameters from $3 on in
// `key`. Throws Error: refused, before anything is read, if it is larger than a batch may be; what
// Connection::run() does.
[[nodiscard]] std::string read_payload(postgres::Connection& connection, const std::string& row,
                                       const std::vector<std::string>& key, std::int64_t size);

}  // namespace edo::apply
