#include "tools/server/auth/lifetime.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <map>
#include <string>
#include <string_view>

namespace edo::auth {
namespace {

constexpr Seconds kLongest{365 * 24 * 3600};

using Directives = std::map<std::string, std::string>;

std::string trimmed(std::string_view text) {
  const auto is_kept = [](char c) { return c != ' ' && c != '\t' && c != '"'; };
  const auto begin = std::find_if(text.begin(), text.end(), is_kept);
  const auto end = std::find_if(text.rbegin(), text.rend(), is_kept).base();
  std::string result(begin, std::max(begin, end));
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return result;
}

// "max-age=60, must-revalidate"
Directives directives_of(std::string_view text) {
  Directives result;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const auto equals = std::min(one.find('='), one.size());
    result.emplace(trimmed(one.substr(0, equals)),
                   trimmed(one.substr(std::min(equals + 1, one.size()))));
  }
  return result;
}

std::optional<Seconds> age_in(const Directives& directives) {
  for (const char* name : {"max-age", "s-maxage"}) {
    const auto found = directives.find(name);
    if (found == directives.end()) continue;
    const std::string& text = found->second;
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc::result_out_of_range) return kLongest;
    if (error == std::errc() && end == text.data() + text.size()) {
      return std::min(kLongest, Seconds(seconds));
    }
  }
  return std::nullopt;
}

// "Mon, 30 Mar 2020 13:25:18 GMT"
std::optional<Seconds> until_expiry(const protocol::Headers& headers, SystemTime now) {
  const auto text = protocol::find_header(headers, "expires");
  std::tm time{};
  if (!text || strptime(std::string(*text).c_str(), "%a, %d %b %Y %T GMT", &time) == nullptr) {
    return std::nullopt;
  }
  const auto then = std::chrono::system_clock::from_time_t(timegm(&time));
  return std::clamp(std::chrono::duration_cast<Seconds>(then - now), Seconds(0), kLongest);
}

Directives cache_control(const protocol::Headers& headers) {
  return directives_of(protocol::find_header(headers, "cache-control").value_or(""));
}

}  // namespace

std::optional<Seconds> age_limit(const protocol::Headers& headers, SystemTime now) {
  const auto age = age_in(cache_control(headers));
  return age ? age : until_expiry(headers, now);
}

std::optional<Seconds> lifetime(const protocol::Headers& headers, SystemTime now) {
  const Directives directives = cache_control(headers);
  if (directives.contains("must-revalidate")) return age_in(directives).value_or(Seconds(0));
  if (directives.contains("no-cache") || directives.contains("no-store")) return Seconds(0);
  return age_limit(headers, now);
}

}  // namespace edo::auth
