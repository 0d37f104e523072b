// The body of an encoded batch before it is compressed: columns, each with its name and its type.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "replicator/batch/codec.hpp"

namespace edo::batch {

// What stands for a type of columns there.
[[nodiscard]] std::uint8_t type_code(tables::Type type);

struct Body {
  std::vector<Section> sections;
  std::string bytes;
};

[[nodiscard]] Body encode_body(const Batch& batch);

// Puts the rows and rejects into `batch`. Throws Error corrupt, or refused beyond `limits`.
void decode_body(std::string_view bytes, std::span<const Section> sections,
                 const DecodeLimits& limits, Batch& batch);

}  // namespace edo::batch
