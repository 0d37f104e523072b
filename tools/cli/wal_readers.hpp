// Who reads an old state of a store, so that its write-ahead log cannot be emptied.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace edo::cli {

struct WalReader {
  pid_t pid = 0;
  std::string program;
  std::uint64_t frames_behind = 0;  // frames of the log that were written since its state
};

// Those that hold a read lock at this moment on a state which is not the newest. Empty where the
// system does not tell. This process must not have the store open.
[[nodiscard]] std::vector<WalReader> readers_behind(const std::string& store);

}  // namespace edo::cli
