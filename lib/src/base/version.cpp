#include "edo/version.hpp"

namespace edo {

std::string_view library_version() noexcept { return kVersion; }

}  // namespace edo
