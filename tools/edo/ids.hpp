// Ids as people type them: any beginning that is unique, of an invocation, an event execution, a
// job execution or a job log. Ids made in one minute share their first eight characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "edo/error.hpp"
#include "storage/database.hpp"

namespace edo::cli {

inline constexpr std::size_t kShortestId = 8;

// How many characters make each of these ids of table `table` (an index in tables::tables()) unique
// in the whole store; at least kShortestId.
[[nodiscard]] std::size_t unique_length(storage::Database& database, std::size_t table,
                                        const std::vector<std::string>& ids);

// The id of the invocation that `typed` names, or to which the named event, job or log belongs. If
// it matches an invocation and other rows, the invocation is meant. Throws Error (invalid_argument)
// if it matches nothing; if it matches several, the error lists them.
[[nodiscard]] std::string find_invocation(storage::Database& database, std::string_view typed);

// What is thrown for a store that has rows of an invocation, but not the invocation.
[[nodiscard]] Error without_invocation(const storage::Database& database, const std::string& id);

}  // namespace edo::cli
