// Tells code that holds process-wide state that it is running in a forked child.
#pragma once

#include <cstdint>

namespace edo::base {

// Counts the forks between the first call in this process's ancestry and now. State that was made
// under another number belongs to the parent and must not be used. Costs one atomic load.
[[nodiscard]] std::uint64_t fork_generation() noexcept;

}  // namespace edo::base
