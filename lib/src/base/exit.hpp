// Tells whether the process exits.
#pragma once

namespace edo::base {

// True when exit() has begun to destroy objects that were created before the first call of this,
// such as those of simdjson, which must not be used any more.
[[nodiscard]] bool is_exiting() noexcept;

}  // namespace edo::base
