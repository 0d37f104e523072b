// Whatever comes to the door, what goes into the store is JSON and UTF-8 that Postgres takes.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "base/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view in(reinterpret_cast<const char*>(bytes), size);
  std::string out;
  edo::base::admit_json(in, 1 << 16, out);
  try {
    if (nlohmann::json::parse(out).is_discarded()) std::abort();
  } catch (const nlohmann::json::out_of_range&) {
    // A number that Postgres takes and a double does not.
  } catch (const nlohmann::json::exception&) {
    std::abort();
  }
  std::string again;
  edo::base::admit_json(out, std::size_t{1} << 30, again);
  if (again != out) std::abort();

  edo::base::admit_text(in, 1 << 16, out);
  edo::base::admit_text(out, std::size_t{1} << 30, again);
  if (again != out || out.find('\0') != std::string::npos) std::abort();
  return 0;
}
