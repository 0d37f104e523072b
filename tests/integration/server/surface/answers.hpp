// Answers of an engine, and how they are compared.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tools/server/engine/engine.hpp"

namespace edo::testing {

// An answer in which numbers of more digits than a double surely holds are texts that
// same_answer() knows.
[[nodiscard]] nlohmann::ordered_json read_answer(const std::string& text);

// {"data": …}, or {"error": [code, place, message]}.
[[nodiscard]] nlohmann::ordered_json answered(engine::Engine& engine,
                                              const language::Request& request,
                                              const language::Session& session);

// The next answer of a live query.
[[nodiscard]] std::optional<std::string> poll(engine::LiveQuery& query);

// Numbers by their value, those with a fraction up to nine digits, and objects with their members
// in order.
[[nodiscard]] bool same_answer(const nlohmann::ordered_json& one,
                               const nlohmann::ordered_json& other);
// To the last digit, and as the response keys of a RandomQuery say.
[[nodiscard]] bool same_random_answer(const nlohmann::ordered_json& one,
                                      const nlohmann::ordered_json& other);

}  // namespace edo::testing
