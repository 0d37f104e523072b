// JSON whose numbers keep all their digits.
//
// nlohmann::json has 64 bits for a number. So a whole number that fits is a number there, and every
// other one is a binary value, which JSON text cannot have: its digits as they were written.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tools/server/language/decimal.hpp"

namespace edo::language {

inline constexpr std::size_t kDeepestDocument = 1000;

enum class JsonFault { none, invalid, too_deep };

// Absent if the text is not JSON or is nested deeper than `deepest`; `fault` then says which.
[[nodiscard]] std::optional<nlohmann::json> parse_json(std::string_view text,
                                                       std::size_t deepest = kDeepestDocument,
                                                       JsonFault* fault = nullptr);

[[nodiscard]] nlohmann::json number_as_json(std::string_view digits);
[[nodiscard]] bool is_number(const nlohmann::json& value);
// The digits of a number.
[[nodiscard]] std::string number_text(const nlohmann::json& number);

// The keys of an object as jsonb keeps them: by their length, and those of one length by their
// bytes.
[[nodiscard]] std::vector<const std::string*> keys_in_order(const nlohmann::json& object);
// As PostgreSQL prints a jsonb.
[[nodiscard]] std::string jsonb_text(const nlohmann::json& value);

}  // namespace edo::language
