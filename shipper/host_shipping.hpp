// The shipper of a C++ or C host: what a recorder is given when `replicate` is not off.
#pragma once

#include <memory>

#include "edo/options.hpp"
#include "recorder/shipping.hpp"

namespace edo::shipper {

// As recorder::ShippingProvider has them.
void check_central_database(const Options& options);
[[nodiscard]] std::unique_ptr<recorder::Shipping> start_shipping(const Options& options);

}  // namespace edo::shipper
