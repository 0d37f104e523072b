// Content codings: chooses one that the client accepts, and compresses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace edo::http {

enum class Coding { identity, gzip, deflate };

// The best of what an Accept-Encoding header allows (RFC 9110, section 12.5.3).
[[nodiscard]] Coding choose_coding(std::string_view accept_encoding);
// As in Content-Encoding.
[[nodiscard]] std::string_view name_of(Coding coding) noexcept;

// `deflate` is the zlib format, as the RFC has it.
[[nodiscard]] std::string compressed(std::string_view body, Coding coding);
// Of a body that was compressed with gzip by us.
[[nodiscard]] std::string decompressed(std::string_view gzip);

}  // namespace edo::http
