// How a status or a log level looks.
#pragma once

#include <string_view>

#include "tools/program/output.hpp"

namespace edo::cli {

[[nodiscard]] inline Tone tone_of(std::string_view status) {
  if (status == "completed") return Tone::good;
  if (status == "running" || status == "detecting" || status == "handling") return Tone::busy;
  if (status == "warn") return Tone::warning;
  if (status == "not_detected" || status == "debug") return Tone::dim;
  if (status == "info") return Tone::plain;
  return Tone::bad;
}

// One character that stands for the status.
[[nodiscard]] inline std::string_view symbol_of(std::string_view status, bool unicode) {
  if (status == "completed") return unicode ? "✓" : "+";
  if (status == "not_detected") return unicode ? "·" : "-";
  if (status == "crashed") return unicode ? "‼" : "!";
  if (tone_of(status) == Tone::busy) return unicode ? "●" : "*";
  return unicode ? "✗" : "x";
}

}  // namespace edo::cli
