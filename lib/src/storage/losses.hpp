// Losses that a store could not be told of when they happened, as when its disk was full or
// somebody held its lock until the end. They are kept in the first bytes of the reserve, which have
// their place on the disk, until a process can record them in the store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace edo::storage {

struct NotedLoss {
  std::int64_t writer = 0;
  std::uint64_t calls = 0;  // that this writer has lost in all, those that the store knows included
  std::string reason;       // its first bytes
};

// Notes it, in the place of an older note of the same writer. False if there is no place.
bool note_losses(const std::string& store, const NotedLoss& loss) noexcept;

[[nodiscard]] std::vector<NotedLoss> noted_losses(const std::string& store);

// Forgets these, unless they have changed.
void forget_noted_losses(const std::string& store, const std::vector<NotedLoss>& losses) noexcept;

}  // namespace edo::storage
