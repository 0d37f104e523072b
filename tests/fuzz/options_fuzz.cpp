// Options from elsewhere are taken or refused, never anything else.
#include <cstdint>
#include <string>

#include "edo/option_sources.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  edo::Options options;
  try {
    edo::apply_json(options, {reinterpret_cast<const char*>(bytes), size});
  } catch (const edo::Error& refused) {
    if (refused.kind() != edo::ErrorKind::invalid_argument) throw;
  }
  return 0;
}
