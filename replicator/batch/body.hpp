// The body of an encoded batch before it is compressed: columns, each with its name and its type.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/batch/codec.hpp"
#include "replicator/batch/wire.hpp"

namespace edo::batch {

// What stands for a type of columns there.
[[nodiscard]] std::uint8_t type_code(tables::Type type);

// Refers to large values of what it was made of.
struct Body {
  std::vector<Section> sections;
  Pieces bytes;
};

[[nodiscard]] Body encode_body(const Batch& batch);
// With one row or one of the rejects alone.
[[nodiscard]] Body encode_body(const Batch& batch, std::size_t table, std::size_t row);
[[nodiscard]] Body encode_body(const Reject& reject);

// Puts the rows and rejects into `batch`. Throws Error corrupt, or refused beyond `limits`.
void decode_body(std::string_view bytes, std::span<const Section> sections,
                 const DecodeLimits& limits, Batch& batch);

}  // namespace edo::batch
