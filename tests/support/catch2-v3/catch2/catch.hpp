// Catch2 3 under the names of Catch2 2, which the tests are written for. Only where Catch2 3 is the
// system's (Debian 13) is this folder on the include path.
#pragma once

#include <catch2/catch_all.hpp>

// NOLINTNEXTLINE(google-global-names-in-headers): as Catch2 2 does.
using Catch::Approx;

namespace Catch {
using Matchers::ContainsSubstring;
using Matchers::EndsWith;
using Matchers::Equals;
using Matchers::StartsWith;
}  // namespace Catch

// A function of that name would lose to Catch2 3's own, a template that takes the element of a
// range and suits every text better that is no const std::string.
#define Contains ContainsSubstring
