// Counts what a client sends, from its first byte until it has been answered.
#pragma once

#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "tools/server/backend/memory.hpp"

namespace edo::http {

class Incoming {
 public:
  // Up to this size it is not counted; a server has as many as it has clients.
  static constexpr std::size_t kSmall = std::size_t{64} << 10;

  explicit Incoming(backend::Memory& memory) : memory_(memory) {}

  // False if there is no memory for as many bytes.
  [[nodiscard]] bool grow(std::size_t bytes) {
    if (bytes <= std::max(kSmall, share_.bytes())) return true;
    share_.shrink(0);
    auto share = memory_.reserve(std::bit_ceil(bytes));
    if (share) share_ = std::move(*share);
    return share.has_value();
  }

  // What counts it from now on; null if it is small.
  [[nodiscard]] std::shared_ptr<void> take() {
    if (share_.bytes() == 0) return nullptr;
    return std::make_shared<backend::Memory::Share>(std::move(share_));
  }

 private:
  backend::Memory& memory_;
  backend::Memory::Share share_;
};

}  // namespace edo::http
