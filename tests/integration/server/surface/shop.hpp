// The bookshop that the surface is tried on, in both kinds of database.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "support/files.hpp"
#include "tools/server/engine/engine.hpp"

namespace edo::testing {

// The path of a file of this folder.
[[nodiscard]] std::string surface_file(const std::string& name);

[[nodiscard]] std::unique_ptr<engine::Engine> shop_on_file(
    const TemporaryDirectory& folder, const std::string& metadata = surface_file("metadata"));
// In the empty database at `url`.
[[nodiscard]] std::unique_ptr<engine::Engine> shop_on_postgres(
    const std::string& url, const std::string& metadata = surface_file("metadata"));

// An answer in which numbers of more digits than a double surely holds are texts that
// same_answer() knows.
[[nodiscard]] nlohmann::ordered_json read_answer(const std::string& text);

// {"data": …}, or {"error": [code, place, message]}.
[[nodiscard]] nlohmann::ordered_json answered(engine::Engine& engine,
                                              const language::Request& request,
                                              const language::Session& session);

// The next answer of a live query.
[[nodiscard]] std::optional<std::string> poll(engine::LiveQuery& query);

// Numbers by their value, objects with their members in order. Large whole numbers may be results
// of floating point if `may_round`.
[[nodiscard]] bool same_answer(const nlohmann::ordered_json& one,
                               const nlohmann::ordered_json& other, bool may_round = false);

}  // namespace edo::testing
