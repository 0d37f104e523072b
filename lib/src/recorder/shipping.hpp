// How a recorder ships its own store if libedo-shipper is linked. libedo itself cannot ship: it
// knows neither PostgreSQL nor libpq.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/fork.hpp"
#include "edo/options.hpp"

namespace edo::recorder {

// Ships one store on its own thread. Any thread may call it, in the process that created it. Call
// end() before destroying it.
class Shipping {
 public:
  Shipping() = default;
  Shipping(const Shipping&) = delete;
  Shipping& operator=(const Shipping&) = delete;
  virtual ~Shipping() = default;

  // An invocation has ended and is stored.
  virtual void invocation_ended() noexcept = 0;
  // Ships what is pending now. Returns whether all of it has reached the central database within
  // `timeout`.
  virtual bool ship(std::chrono::milliseconds timeout) noexcept = 0;
  // Ships once more and ends, both in bounded time. Afterwards nothing is reported. May be called
  // twice.
  virtual void end() noexcept = 0;

  // The fork generation it was made in.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

 private:
  const std::uint64_t generation_ = base::fork_generation();
};

struct ShippingProvider {
  // Throws Error (invalid_argument) if the options name no valid central database.
  void (*check)(const Options& options);
  // Begins to ship the store, which exists already. Reports to options.on_error. Throws Error.
  std::unique_ptr<Shipping> (*start)(const Options& options);
};

// libedo-shipper calls it once when it is loaded, before a recorder can be opened.
void provide_shipping(const ShippingProvider& provider) noexcept;
// What was provided; null: nothing.
[[nodiscard]] const ShippingProvider* shipping_provider() noexcept;

}  // namespace edo::recorder
