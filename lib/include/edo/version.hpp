/// @file
/// The version of the headers that a host is compiled with, and of the library that it has loaded.
/// docs/abi.md says which versions fit together. edo_version.h has the same as macros:
/// EDO_VERSION_MAJOR, EDO_VERSION_MINOR, EDO_VERSION_PATCH, EDO_VERSION_NUMBER (1002003 is 1.2.3)
/// and EDO_VERSION_STRING.
#pragma once

#include <string_view>

#include "edo/export.hpp"
#include "edo_version.h"

namespace edo {

inline constexpr int kVersionMajor = EDO_VERSION_MAJOR;
inline constexpr int kVersionMinor = EDO_VERSION_MINOR;
inline constexpr int kVersionPatch = EDO_VERSION_PATCH;
inline constexpr std::string_view kVersion = EDO_VERSION_STRING;

/// The version of the loaded library, such as "0.1.0".
[[nodiscard]] EDO_EXPORT std::string_view library_version() noexcept;

}  // namespace edo
