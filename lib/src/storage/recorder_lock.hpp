// Tells whether a recorder is alive where its pid says nothing, for example in another container.
// Its process holds a lock on a byte of a file beside the store, which the kernel releases when the
// process ends (fcntl(2), open file description locks).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "storage/unshared.hpp"

namespace edo::storage {

// The file is called like the store, links followed, with this at the end.
inline constexpr const char* kRecordersSuffix = "-writers";

// A recorder's lock. Only this process holds it: its forked children release it.
class RecorderLock {
 public:
  // Holds nothing if the file cannot be opened or the file system has no such locks.
  RecorderLock(const std::string& store, std::int64_t recorder) noexcept;

 private:
  Unshared file_;
};

// Nothing if the recorder never held its lock, or that is not known.
[[nodiscard]] std::optional<bool> holds_lock(const std::string& store,
                                             std::int64_t recorder) noexcept;

}  // namespace edo::storage
