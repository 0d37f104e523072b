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

// The code of a column type.
[[nodiscard]] std::uint8_t type_code(tables::Type type);

// Refers to the large values of the batch, which must outlive it.
struct Body {
  std::vector<Section> sections;
  Pieces bytes;
};

[[nodiscard]] Body encode_body(const Batch& batch);
// The same with one row or one reject alone.
[[nodiscard]] Body encode_body(const Batch& batch, std::size_t table, std::size_t row);
[[nodiscard]] Body encode_body(const Reject& reject);

// Puts the rows and rejects into `batch`. Throws Error corrupt, or refused beyond `limits`.
void decode_body(std::string_view bytes, std::span<const Section> sections,
                 const DecodeLimits& limits, Batch& batch);

}  // namespace edo::batch
