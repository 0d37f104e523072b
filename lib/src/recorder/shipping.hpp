// How a recorder ships its own store, where a library is linked that can: libedo itself cannot, as
// it knows neither PostgreSQL nor its client.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/fork.hpp"
#include "edo/options.hpp"

namespace edo::recorder {

// Ships one store beside the calls that record. Any thread may call it, in the process that made
// it. Whoever destroys it has called end().
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
  // The last ship and the end, both bounded. Afterwards nothing is reported. May come twice.
  virtual void end() noexcept = 0;

  // The fork generation it was made in.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

 private:
  const std::uint64_t generation_ = base::fork_generation();
};

struct ShippingProvider {
  // Throws Error (invalid_argument) if the options name no centre, or one that cannot be.
  void (*check)(const Options& options);
  // Begins to ship the store, which is there already. Errors are told to options.on_error. Throws
  // Error.
  std::unique_ptr<Shipping> (*start)(const Options& options);
};

// Called once by the library that ships, when it is loaded and before anybody can open a recorder.
void provide_shipping(const ShippingProvider& provider) noexcept;
// What was provided; null: nothing.
[[nodiscard]] const ShippingProvider* shipping_provider() noexcept;

}  // namespace edo::recorder
