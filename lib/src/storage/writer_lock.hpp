// Tells whether a writer lives where its pid tells nothing, as in another container: its process
// holds a lock on a byte of a file beside the store, which the kernel drops when the process ends
// (fcntl(2), open file description locks).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "storage/unshared.hpp"

namespace edo::storage {

// The file is called like the store, links followed, with this at the end.
inline constexpr const char* kWritersSuffix = "-writers";

// A writer's lock, held by this process alone: its forked children let go of it.
class WriterLock {
 public:
  // Holds nothing where the file cannot be had or the file system knows no such locks.
  WriterLock(const std::string& store, std::int64_t writer) noexcept;

 private:
  Unshared file_;
};

// Nothing if the writer never held its lock, or it cannot be told.
[[nodiscard]] std::optional<bool> holds_lock(const std::string& store,
                                             std::int64_t writer) noexcept;

}  // namespace edo::storage
