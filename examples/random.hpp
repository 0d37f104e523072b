// Random numbers that are the same for a seed with every compiler and standard library.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

namespace edo::examples {

// SplitMix64 (Steele, Lea and Flood, 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // In [0, 1).
  double fraction() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }
  bool chance(double probability) noexcept { return fraction() < probability; }
  // In [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
    const auto values = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(values == 0 ? next() : next() % values);
  }
  template <typename List>
  const auto& pick(const List& list) noexcept {
    return list[next() % std::size(list)];
  }

  // Durations as they are met in practice: most near the median, some far above it. A `spread` of
  // 0.5 puts one in a hundred above 3.2 times the median, 0.9 above 8 times.
  std::int64_t around(std::int64_t median, double spread = 0.5) noexcept {
    double normal = -6;  // the sum of twelve uniform numbers less six is close to normal
    for (int i = 0; i < 12; ++i) normal += fraction();
    return static_cast<std::int64_t>(static_cast<double>(median) * std::exp(spread * normal));
  }

  // `length` lower-case hexadecimal digits.
  std::string hex(std::size_t length) {
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out += "0123456789abcdef"[next() & 15];
    return out;
  }
  // A version 4 UUID.
  std::string uuid() {
    return hex(8) + '-' + hex(4) + "-4" + hex(3) + '-' + "89ab"[next() & 3] + hex(3) + '-' +
           hex(12);
  }

 private:
  std::uint64_t state_;
};

}  // namespace edo::examples
