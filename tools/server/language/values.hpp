// Values in the spellings that PostgreSQL reads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace edo::language {

[[nodiscard]] std::string_view trimmed(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);

// Every unambiguous beginning of true, false, yes, no, on and off, and 1 and 0, in any case.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

// In lower case with hyphens in their places. It may be written in braces, in any case, and with
// hyphens after any four digits.
[[nodiscard]] std::optional<std::string> parse_uuid(std::string_view text);

}  // namespace edo::language
