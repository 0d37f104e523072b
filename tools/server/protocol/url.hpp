// The parameters of a URL.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace edo::protocol {

// Decodes %XX and +. Invalid escapes stay unchanged.
[[nodiscard]] std::string percent_decoded(std::string_view text);

// The first value of each name.
[[nodiscard]] std::map<std::string, std::string> query_parameters(std::string_view text);

}  // namespace edo::protocol
