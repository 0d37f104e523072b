#include "tools/server/backend/room.hpp"

#include <algorithm>

namespace edo::backend {
namespace {

constexpr std::size_t kFirst = std::size_t{1} << 20;
constexpr std::size_t kGrowth = 8;

}  // namespace

Room::Room(Memory& memory, std::optional<Memory::Share> granted)
    : memory_(memory), may_wait_(false) {
  if (granted) share_ = std::move(*granted);
}

std::size_t Room::size_within_share() const noexcept {
  const std::size_t free = share_.bytes() - std::min(kept_, share_.bytes());
  return std::clamp(free / Memory::kCopies, kSmallAnswer, largest());
}

std::size_t Room::first() {
  const std::size_t wanted = std::min(kFirst, largest());
  if (share_.bytes() < kept_ + wanted * Memory::kCopies) {
    share_.shrink(0);
    if (auto share = memory_.reserve(kept_ + wanted * Memory::kCopies)) share_ = std::move(*share);
  }
  return size_within_share();
}

std::optional<std::size_t> Room::after(std::size_t size) {
  if (size >= largest()) return std::nullopt;
  const std::size_t next = size < kFirst ? std::min(kFirst, largest()) : size * kGrowth;
  need(kept_ + std::min(next, largest()) * Memory::kCopies);
  return size_within_share();
}

void Room::keep(std::size_t bytes) {
  kept_ += bytes;
  if (kept_ > kSmallAnswer) need(kept_);
}

std::shared_ptr<void> Room::settle(std::size_t bytes) {
  may_wait_ = false;
  if (bytes <= kSmallAnswer) {
    share_.shrink(0);
    return nullptr;
  }
  need(bytes);
  share_.shrink(bytes);
  return std::make_shared<Memory::Share>(std::move(share_));
}

void Room::need(std::size_t bytes) {
  if (share_.bytes() >= bytes) return;
  share_.shrink(0);  // who waits holds nothing
  auto share = memory_.reserve(bytes);
  if (!share && may_wait_) throw MemoryShortage{bytes};
  if (!share) {
    memory_.note_refusal(Memory::Clock::now());
    throw MemoryRefused();
  }
  share_ = std::move(*share);
}

}  // namespace edo::backend
