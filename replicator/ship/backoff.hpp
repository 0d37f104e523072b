// Exponential backoff with full jitter: each pause is drawn evenly between nothing and a bound that
// doubles, so that a thousand edges do not retry at the same moment. (Marc Brooker, "Exponential
// Backoff And Jitter", 2015.)
#pragma once

#include <chrono>
#include <functional>

namespace edo::shipping {

class Backoff {
 public:
  // `uniform` draws from [0, 1) or a part of it; empty: the class uses its own generator.
  explicit Backoff(std::chrono::milliseconds first = std::chrono::milliseconds(500),
                   std::chrono::milliseconds longest = std::chrono::minutes(1),
                   std::function<double()> uniform = {});

  // The next pause; the bound doubles with each call until it is `longest`.
  [[nodiscard]] std::chrono::milliseconds next();
  // To be called after a success.
  void reset() noexcept { bound_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds bound_;
  std::function<double()> uniform_;
};

}  // namespace edo::shipping
