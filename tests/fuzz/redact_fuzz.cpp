// A secret must not survive: in a document that a parser can read, no redacted key keeps its value,
// and no key that usually names a secret keeps more than null, true or false.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "base/redact.hpp"

namespace {

void check(const nlohmann::json& value) {
  for (const auto& [key, member] : value.items()) {
    const bool is_hidden = member == "[redacted]";
    if (value.is_object() && key == "secret" && !is_hidden) std::abort();
    const bool keeps_none = member.is_null() || member.is_boolean();
    if (value.is_object() && key == "token" && !is_hidden && !keeps_none) std::abort();
    if (member.is_structured()) check(member);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const edo::base::Redaction redaction({"secret", "/a/*/b", "/c~1d"}, true);
  std::string json(reinterpret_cast<const char*>(bytes), size);
  const bool was_json = nlohmann::json::accept(json);
  redaction.apply(json);
  if (!was_json) return 0;
  if (!nlohmann::json::accept(json)) std::abort();
  const auto document = nlohmann::json::parse(json);
  if (document.is_structured()) check(document);
  return 0;
}
