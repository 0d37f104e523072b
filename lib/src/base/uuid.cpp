#include "base/uuid.hpp"

#include <sys/random.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <random>

#include "base/fork.hpp"

namespace edo::base {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::array<std::size_t, 4> kDashes = {8, 13, 18, 23};

// Random bytes are fetched in blocks, since a system call for each UUID would show on the
// recorder's hot path. A block that was fetched before a fork is thrown away in the child.
class RandomBlock {
 public:
  std::uint64_t next() {
    if (used_ == words_.size() || generation_ != fork_generation()) refill();
    return words_[used_++];
  }

 private:
  void refill() {
    generation_ = fork_generation();
    if (getrandom(words_.data(), sizeof words_, 0) != static_cast<ssize_t>(sizeof words_)) {
      std::random_device device;
      for (auto& word : words_) word = (std::uint64_t{device()} << 32) | device();
    }
    used_ = 0;
  }

  std::array<std::uint64_t, 32> words_{};
  std::size_t used_ = words_.size();
  std::uint64_t generation_ = 0;
};

// Milliseconds since the epoch in the upper bits and 1/4096 of a millisecond in the lower twelve,
// never the same twice: a clock that stands still or steps back only makes it count on.
std::uint64_t next_tick() {
  static std::atomic<std::uint64_t> last{0};
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const auto nanos = static_cast<std::uint64_t>(now.tv_nsec);
  const std::uint64_t millis = static_cast<std::uint64_t>(now.tv_sec) * 1000 + nanos / 1'000'000;
  const std::uint64_t tick = (millis << 12) | (nanos % 1'000'000 * 4096 / 1'000'000);
  std::uint64_t seen = last.load(std::memory_order_relaxed);
  std::uint64_t mine = 0;
  do {
    mine = std::max(tick, seen + 1);
  } while (!last.compare_exchange_weak(seen, mine, std::memory_order_relaxed));
  return mine;
}

constexpr std::uint8_t kNoDigit = 0xff;

// What each character is worth as a hexadecimal digit.
constexpr auto kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 16; ++i) {
    const char lower = kHex[i];
    values[static_cast<std::uint8_t>(lower)] = i;
    if (i >= 10) values[static_cast<std::uint8_t>(lower - 'a' + 'A')] = i;
  }
  return values;
}();

// Where each byte's two digits stand in the text.
constexpr std::array<std::uint8_t, 16> kPlaces = {0,  2,  4,  6,  9,  11, 14, 16,
                                                  19, 21, 24, 26, 28, 30, 32, 34};

}  // namespace

Uuid new_uuid() {
  thread_local RandomBlock random;
  const std::uint64_t tick = next_tick();
  const std::uint64_t high = ((tick >> 12) << 16) | 0x7000 | (tick & 0xfff);
  const std::uint64_t low = (random.next() >> 2) | (std::uint64_t{0b10} << 62);
  Uuid uuid{};
  for (std::size_t i = 0; i < 8; ++i) {
    uuid[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    uuid[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return uuid;
}

std::optional<Uuid> parse_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return std::nullopt;
  for (const auto dash : kDashes) {
    if (text[dash] != '-') return std::nullopt;
  }
  const auto digit = [&](std::size_t at) {
    return kHexValues[static_cast<std::uint8_t>(text[at])];
  };
  Uuid uuid{};
  unsigned seen = 0;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const unsigned high = digit(kPlaces[i]);
    const unsigned low = digit(kPlaces[i] + std::size_t{1});
    uuid[i] = static_cast<std::uint8_t>((high << 4) | low);
    seen |= high | low;
  }
  if (seen > 0xf) return std::nullopt;
  return uuid;
}

std::string to_string(const Uuid& uuid) {
  std::string text(36, '-');
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    text[kPlaces[i]] = kHex[uuid[i] >> 4];
    text[kPlaces[i] + std::size_t{1}] = kHex[uuid[i] & 0xf];
  }
  return text;
}

}  // namespace edo::base
