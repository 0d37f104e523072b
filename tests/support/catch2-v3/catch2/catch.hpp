// Catch2 3 under the names of Catch2 2, which the tests are written for. Only where Catch2 3 is the
// system's (Debian 13) is this folder on the include path.
#pragma once

#include <catch2/catch_all.hpp>
#include <cstddef>
#include <string>

// NOLINTNEXTLINE(google-global-names-in-headers): as Catch2 2 does.
using Catch::Approx;

namespace Catch {

using Matchers::EndsWith;
using Matchers::Equals;
using Matchers::StartsWith;

inline auto Contains(const std::string& text, CaseSensitive sensitivity = CaseSensitive::Yes) {
  return Matchers::ContainsSubstring(text, sensitivity);
}

namespace Matchers {
inline auto Contains(const std::string& text, CaseSensitive sensitivity = CaseSensitive::Yes) {
  return ContainsSubstring(text, sensitivity);
}
// Without this a literal would be taken for an element that a range contains.
template <std::size_t Size>
auto Contains(const char (&text)[Size], CaseSensitive sensitivity = CaseSensitive::Yes) {
  return ContainsSubstring(text, sensitivity);
}
}  // namespace Matchers

}  // namespace Catch
