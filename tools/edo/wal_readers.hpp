// Finds the readers of an older snapshot, which prevent a full checkpoint of a store.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace edo::cli {

struct WalReader {
  pid_t pid = 0;
  std::string program;
  std::uint64_t frames_behind = 0;  // WAL frames that are newer than its snapshot
};

// The processes that hold a read lock on a snapshot that is not the newest. Empty if the system
// does not show them. This process must not have the store open.
[[nodiscard]] std::vector<WalReader> readers_behind(const std::string& store);

}  // namespace edo::cli
