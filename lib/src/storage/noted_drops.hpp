// Dropped calls that could not be noted in the store when they were dropped, for example because
// the disk was full or another process held the lock until the end. They are kept in the first
// bytes of the reserve, which always have space on the disk, until a process can record them in the
// store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace edo::storage {

struct NotedDrops {
  std::int64_t recorder = 0;
  // All that this recorder has dropped, including those that the store knows.
  std::uint64_t calls = 0;
  std::string reason;  // its first bytes
};

// Replaces an older note of the same recorder. False if there is no space.
bool note_drops(const std::string& store, const NotedDrops& drop) noexcept;

[[nodiscard]] std::vector<NotedDrops> noted_drops(const std::string& store);

// Forgets these, unless they have changed.
void forget_noted_drops(const std::string& store, const std::vector<NotedDrops>& drops) noexcept;

}  // namespace edo::storage
