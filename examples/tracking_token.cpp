#include "examples/tracking_token.hpp"

#include <algorithm>
#include <cctype>

namespace edo::examples {
namespace {

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string format_token(const TrackingToken& token) {
  std::string text = token.source;
  std::replace(text.begin(), text.end(), '|', '_');
  text += '|' + token.correlation_id;
  if (!token.job_execution_id.empty()) text += '|' + token.job_execution_id;
  return text;
}

std::optional<TrackingToken> parse_token(std::string_view text) {
  const auto first = text.find('|');
  if (first == std::string_view::npos || first == 0) return std::nullopt;
  const auto second = text.find('|', first + 1);
  const std::string_view correlation = text.substr(first + 1, second - first - 1);
  const std::string_view job =
      second == std::string_view::npos ? std::string_view{} : text.substr(second + 1);
  if (!is_uuid(correlation) || !(job.empty() || is_uuid(job))) return std::nullopt;
  return TrackingToken{std::string(text.substr(0, first)), std::string(correlation),
                       std::string(job)};
}

}  // namespace edo::examples
