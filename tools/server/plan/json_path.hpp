// The `path` argument of JSON fields: "$.a.b", "a[0].c", "a.[0]", "['any key']".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/server/language/path.hpp"

namespace edo::plan {

// Keys and indexes; without any, the whole value. Throws RequestError at `place`.
[[nodiscard]] std::vector<std::string> parse_json_path(std::string_view text,
                                                       const language::Path& place);

}  // namespace edo::plan
