// Ids as people type them: any beginning that is unique, of an invocation, an event execution, a
// job execution or a job log. Ids made in one minute share their first eight characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace edo::cli {

inline constexpr std::size_t kShortestId = 8;

// How many characters of each of these ids of table `table` (an index in tables::tables()) name it
// and nothing else in the whole store; at least kShortestId.
[[nodiscard]] std::size_t unique_length(storage::Database& database, std::size_t table,
                                        const std::vector<std::string>& ids);

// The id of the invocation that `typed` names, or to which the event, job or log that it names
// belongs. Where it fits an invocation and others, the invocation is meant. Throws Error
// (invalid_argument) if it fits nothing, or lists what it fits.
[[nodiscard]] std::string find_invocation(storage::Database& database, std::string_view typed);

}  // namespace edo::cli
