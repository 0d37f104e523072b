// UUIDs: version 7 (RFC 9562, section 5.7) for the rows that we name, and any version from hosts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edo::base {

using Uuid = std::array<std::uint8_t, 16>;

// A new UUID whose text sorts after every one made before it in this process. Its first 60 bits
// are the time, with the 12 bits of rand_a as the fraction of a millisecond (RFC 9562, section
// 6.2, method 3); the rest is random. Safe in any thread and in a forked child.
[[nodiscard]] Uuid new_uuid();

// Reads the 8-4-4-4-12 form in either case; nothing else is a UUID.
[[nodiscard]] std::optional<Uuid> parse_uuid(std::string_view text) noexcept;

// Writes the canonical lower-case text.
[[nodiscard]] std::string to_string(const Uuid& uuid);

}  // namespace edo::base
