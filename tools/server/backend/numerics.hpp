// Decimal numbers as text.
#pragma once

#include <string>
#include <string_view>

namespace edo::backend::sqlite {

// One text for all spellings of a number: without zeros at its end. Other text stays as it is.
[[nodiscard]] std::string numeric_identity(std::string_view text);

}  // namespace edo::backend::sqlite
