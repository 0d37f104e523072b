// Tells that the process exits.
#pragma once

namespace edo::base {

// True from the moment on at which exit() begins to destroy what was made before the first call of
// this, such as the objects of simdjson, which must not be used any more.
[[nodiscard]] bool is_exiting() noexcept;

}  // namespace edo::base
