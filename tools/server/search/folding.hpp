// Texts without the difference of upper and lower case, as _ilike sees it.
#pragma once

#include <string>
#include <string_view>

namespace edo::search {

// Appends the text with one character for all that are equal to each other without regard to case:
// for PCRE2, which compares texts for the server's patterns, and its version of Unicode. Invalid
// UTF-8 stays as it is. The first call takes some hundredths of a second.
void append_folded(std::string_view text, std::string& folded);

// Changes when PCRE2's rules may have changed.
[[nodiscard]] const std::string& folding_version();

}  // namespace edo::search
