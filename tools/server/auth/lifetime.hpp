// How long an HTTP answer may be used: its Cache-Control and Expires, as Hasura reads them.
#pragma once

#include <chrono>
#include <optional>

#include "tools/server/protocol/headers.hpp"

namespace edo::auth {

using Seconds = std::chrono::seconds;
using SystemTime = std::chrono::system_clock::time_point;

// max-age or s-maxage of Cache-Control, else Expires. Nothing if there is neither.
[[nodiscard]] std::optional<Seconds> age_limit(const protocol::Headers& headers, SystemTime now);

// The same for keys: zero for no-cache, no-store, and must-revalidate without max-age.
[[nodiscard]] std::optional<Seconds> lifetime(const protocol::Headers& headers, SystemTime now);

}  // namespace edo::auth
