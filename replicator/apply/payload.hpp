// Reads the bytes of a batch from the inbox or from a dead letter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replicator/batch/codec.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::apply {

// Reads a payload of `size` bytes in pieces, since libpq holds each value twice and keeps the
// memory of the largest one. `row` is what follows FROM; its parameters, from $3 on, are in `key`.
// Throws Error: refused, before it reads, if the payload is larger than a batch may be; and the
// Errors of Connection::run().
[[nodiscard]] std::string read_payload(postgres::Connection& connection, const std::string& row,
                                       const std::vector<std::string>& key, std::int64_t size);

}  // namespace edo::apply
