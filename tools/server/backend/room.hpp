// How large the answers of one request may become.
//
// A small answer never waits for memory, so whatever the others do, small operations go on. How
// large an answer is shows only when the database has made it. So each is first tried within a
// small part of the memory, and again with more if it is larger. When that much is not free, the
// request has to be given up, and can run again with what it needs. Belongs to one thread at a
// time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "tools/server/backend/memory.hpp"

namespace edo::backend {

// A request that needs as much memory before it runs again. It is not an error, so it passes all
// that handles errors.
struct MemoryShortage {
  std::size_t bytes;
};

// Answers up to this size are not counted; a server has as many as it has clients.
inline constexpr std::size_t kSmallAnswer = std::size_t{64} << 10;

class Room {
 public:
  // Of a request that has not waited yet.
  explicit Room(Memory& memory) : memory_(memory) {}
  // Of one that has waited for this much, in vain if there is nothing. It does not wait again.
  Room(Memory& memory, std::optional<Memory::Share> granted);

  // The size to try first for the next answer.
  [[nodiscard]] std::size_t first();
  // The next size for an answer that is larger; nothing if there is none. Throws MemoryShortage, or
  // MemoryRefused from a request that has waited.
  [[nodiscard]] std::optional<std::size_t> after(std::size_t size);
  // An answer of this size is kept until settle(). Throws as after().
  void keep(std::size_t bytes);

  // The memory of the finished response, to hold until it is sent; null for a small one. Throws
  // MemoryRefused.
  [[nodiscard]] std::shared_ptr<void> settle(std::size_t bytes);

  [[nodiscard]] std::size_t largest() const noexcept { return memory_.largest_answer(); }

 private:
  [[nodiscard]] std::size_t size_within_share() const noexcept;
  // Makes the share this large.
  void need(std::size_t bytes);

  Memory& memory_;
  Memory::Share share_;
  std::size_t kept_ = 0;
  bool may_wait_ = true;
};

}  // namespace edo::backend
