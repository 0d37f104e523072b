// A time that was understood is written and understood again as the same time.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/time.hpp"
#include "base/uuid.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto time = edo::base::parse_timestamp(text)) {
    if (edo::base::parse_timestamp(edo::base::format_timestamp(*time)) != time) std::abort();
  }
  if (const auto span = edo::base::parse_duration(text); span && *span < 0) std::abort();
  if (const auto uuid = edo::base::parse_uuid(text)) {
    if (edo::base::parse_uuid(edo::base::to_string(*uuid)) != uuid) std::abort();
  }
  return 0;
}
