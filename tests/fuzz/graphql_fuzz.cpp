// GraphQL text from a client is read or refused, never anything else.
#include <cstdint>
#include <string_view>

#include "tools/server/language/error.hpp"
#include "tools/server/language/parser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    (void)edo::language::parse({reinterpret_cast<const char*>(bytes), size});
  } catch (const edo::language::RequestError& refused) {
    if (refused.path() != "$.query") throw;
  }
  return 0;
}
