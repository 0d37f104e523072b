#include "replicator/ship/backoff.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace edo::shipping {

Backoff::Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest,
                 std::function<double()> uniform)
    : first_(std::min(first, longest)),
      longest_(longest),
      bound_(first_),
      uniform_(std::move(uniform)) {
  if (!uniform_) {
    uniform_ = [engine = std::mt19937_64(std::random_device{}())]() mutable {
      return std::uniform_real_distribution<double>(0, 1)(engine);
    };
  }
}

std::chrono::milliseconds Backoff::next() {
  const auto bound = bound_;
  bound_ = bound_ > longest_ / 2 ? longest_ : bound_ * 2;
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(uniform_() * static_cast<double>(bound.count())));
}

}  // namespace edo::shipping
