// Payloads and tokens come from whoever writes a row; nothing in them may bring a host down.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "edo/tracking.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto token = edo::parse_tracking_token(text)) {
    const auto again = edo::parse_tracking_token(
        edo::build_tracking_token(token->source, token->correlation_id, token->job_execution_id));
    if (!again || again->correlation_id != token->correlation_id) std::abort();
  }
  (void)edo::chain_origin(text, "chain");
  return 0;
}
