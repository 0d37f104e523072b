#include "tools/server/http/cors.hpp"

#include <algorithm>

#include "edo/error.hpp"

namespace edo::http {
namespace {

constexpr std::string_view kAnySubdomain = "://*.";

bool matches(std::string_view pattern, std::string_view origin) {
  const auto star = pattern.find(kAnySubdomain);
  if (star == std::string_view::npos) return origin == pattern;
  const std::string_view scheme = pattern.substr(0, star + 3);
  const std::string_view domain = pattern.substr(star + 4);  // with its dot
  return origin.starts_with(scheme) && origin.ends_with(domain) &&
         origin.size() > scheme.size() + domain.size();
}

// The scheme is not compared: a proxy may have added TLS.
bool is_own(std::string_view origin, const Request& request) {
  const auto scheme = origin.find("://");
  return scheme != std::string_view::npos && origin.size() > scheme + 3 &&
         origin.substr(scheme + 3) == request.header("host");
}

char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

Cors::Cors(std::string_view domains) {
  while (!domains.empty()) {
    std::string_view one = domains.substr(0, domains.find(','));
    domains.remove_prefix(std::min(domains.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ') || one.ends_with('/')) one.remove_suffix(1);
    if (one.empty()) continue;
    if (one == "*") {
      any_ = true;
    } else if (one.starts_with("http://") || one.starts_with("https://")) {
      origins_.emplace_back(one);
    } else {
      throw Error(ErrorKind::invalid_argument,
                  "allow the origin \"" + std::string(one) +
                      "\": give * or origins such as https://app.example.com");
    }
  }
}

bool Cors::allows(std::string_view origin) const {
  return any_ || std::any_of(origins_.begin(), origins_.end(),
                             [&](const auto& pattern) { return matches(pattern, origin); });
}

bool Cors::is_preflight(const Request& request) {
  return request.method == "OPTIONS" && !request.header("origin").empty() &&
         !request.header("access-control-request-method").empty();
}

Response Cors::preflight(const Request& request) const {
  Response response;
  response.status = 204;
  if (!allows(request.header("origin"))) return response;
  response.headers = {{"access-control-max-age", "1728000"},
                      {"access-control-allow-methods", "GET,POST,OPTIONS"}};
  const auto headers = request.header("access-control-request-headers");
  if (!headers.empty()) {
    response.headers.emplace_back("access-control-allow-headers", std::string(headers));
  }
  return response;
}

void Cors::add_headers(const Request& request, Response& response) const {
  if (!any_ && origins_.empty()) return;
  response.headers.emplace_back("vary", "origin");
  const auto origin = request.header("origin");
  if (origin.empty() || !allows(origin)) return;
  response.headers.emplace_back("access-control-allow-origin", std::string(origin));
  response.headers.emplace_back("access-control-allow-credentials", "true");
  response.headers.emplace_back("access-control-expose-headers", "x-request-id, date");
}

bool is_of_foreign_page(const Request& request, const Cors& cors) {
  const auto origin = request.header("origin");
  if (!origin.empty() && cors.allows(origin)) return false;
  const auto site = request.header("sec-fetch-site");
  if (!site.empty()) return site != "same-origin" && site != "none";  // none: the address bar
  return !origin.empty() && !is_own(origin, request);
}

bool needs_preflight(const Request& request) {
  const auto type = request.header("content-type");
  auto media_type = std::string(type.substr(0, type.find(';')));
  media_type.erase(media_type.find_last_not_of(" \t") + 1);
  std::transform(media_type.begin(), media_type.end(), media_type.begin(), lower_case);
  return media_type == "application/json" ||
         std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
           return header.first == "authorization" || header.first == "x-requested-with" ||
                  header.first.starts_with("x-hasura-");
         });
}

bool may_open_socket(const Request& request, const Cors& cors) {
  const auto origin = request.header("origin");
  return origin.empty() || cors.allows(origin) || is_own(origin, request);
}

bool names_loopback(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1) == "[::1]";
  const auto name = host.substr(0, host.rfind(':'));
  return name == "localhost" || name.ends_with(".localhost") ||
         (name.starts_with("127.") &&
          name.find_first_not_of("0123456789.") == std::string_view::npos);
}

}  // namespace edo::http
