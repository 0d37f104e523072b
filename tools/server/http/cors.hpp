// Decides which web pages may use the API: the server's own, and those of the origins that
// --cors-domain allows. Browsers send requests of any page to any server, and only keep the
// response from it, so what is costly must be refused here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/server/http/message.hpp"

namespace edo::http {

class Cors {
 public:
  // "*", or origins with commas between them, in which "*." stands for any subdomain:
  // "https://app.example.com, https://*.example.org, http://localhost:3000". Throws edo::Error
  // (invalid_argument) for text that is not an origin.
  explicit Cors(std::string_view domains);
  Cors() = default;  // allows none

  [[nodiscard]] bool allows(std::string_view origin) const;

  // Whether a request is a browser's preflight, and the response to it.
  [[nodiscard]] static bool is_preflight(const Request& request);
  [[nodiscard]] Response preflight(const Request& request) const;

  // Adds the headers that let the page read the response.
  void add_headers(const Request& request, Response& response) const;

 private:
  bool any_ = false;
  std::vector<std::string> origins_;
};

// Whether the page of another origin, or a link on it, has sent the request. A browser says so in
// Sec-Fetch-Site, to servers with TLS or on loopback, and in Origin with all but plain GET
// requests. Other programs send neither.
[[nodiscard]] bool is_of_foreign_page(const Request& request, const Cors& cors);

// Whether a browser asks for permission before it sends this POST request for a page: the body is
// JSON by its content type, or there is a header that a form cannot have.
[[nodiscard]] bool needs_preflight(const Request& request);

// Browsers let pages of any origin open a WebSocket, and always send the page's Origin with it. It
// must be the server's own, or one that CORS allows.
[[nodiscard]] bool may_open_socket(const Request& request, const Cors& cors);

// Whether a Host header is a loopback name. A page whose name was rebound to 127.0.0.1 still sends
// its own name.
[[nodiscard]] bool names_loopback(std::string_view host_header);

}  // namespace edo::http
