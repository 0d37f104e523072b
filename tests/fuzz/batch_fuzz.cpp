// Batches come from elsewhere. Whatever the bytes say, decoding ends with a batch or an Error, and
// allocates no more than it may.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "edo/error.hpp"
#include "replicator/batch/body.hpp"
#include "replicator/batch/codec.hpp"

using edo::batch::Batch;

namespace {

constexpr edo::batch::DecodeLimits kLimits{10'000, 1 << 20};

void expect(const edo::Error& error) {
  using edo::ErrorKind;
  if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::refused &&
      error.kind() != ErrorKind::schema_too_new) {
    std::abort();
  }
}

void check(const Batch& batch) {
  for (const auto& rows : batch.tables) {
    for (const auto& column : rows.columns) {
      if (column.size() != rows.size()) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view in(reinterpret_cast<const char*>(bytes), size);
  try {
    check(edo::batch::decode(in, kLimits));
  } catch (const edo::Error& error) {
    expect(error);
  }
  // Behind the checksum and the compression, where guessing gets further: three bytes for each
  // section, its rows and its size, and then the body.
  constexpr std::array kSections = {"invocations", "event_executions", "job_executions",
                                    "job_logs",    "rejects",          "of_tomorrow"};
  constexpr std::size_t kBodyAt = 3 * kSections.size();
  if (size < kBodyAt) return 0;
  std::vector<edo::batch::Section> sections;
  for (const char* name : kSections) {
    const auto* about = bytes + 3 * sections.size();
    sections.push_back({name, about[0], std::uint64_t{about[1]} + 256 * std::uint64_t{about[2]}});
  }
  try {
    Batch batch;
    edo::batch::decode_body(in.substr(kBodyAt), sections, kLimits, batch);
    check(batch);
    // What was understood is written and understood again.
    const auto again = edo::batch::encode(batch);
    if (edo::batch::decode(again).rows() != batch.rows()) std::abort();
  } catch (const edo::Error& error) {
    expect(error);
  }
  return 0;
}
