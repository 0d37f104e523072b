#include "recorder/shipping.hpp"

namespace edo::recorder {
namespace {

// Ready before any code runs, since the library that ships may be initialised before this one.
constinit ShippingProvider provided{};

}  // namespace

void provide_shipping(const ShippingProvider& provider) noexcept { provided = provider; }

const ShippingProvider* shipping_provider() noexcept {
  return provided.start != nullptr ? &provided : nullptr;
}

}  // namespace edo::recorder
