// The files of a web application, embedded in this program.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "tools/server/http/message.hpp"

namespace edo::http {

struct Asset {
  std::string_view path;          // "assets/index-Bx2.js"
  std::string_view content_type;  // "text/javascript; charset=utf-8"
  std::string_view etag;          // with its quotes
  std::string_view bytes;
  bool is_gzip = false;    // the bytes are compressed
  bool immutable = false;  // its name has a hash of its contents
};

// Generated at build time from one folder each; sorted by path. Empty if the folder was not built.
[[nodiscard]] std::span<const Asset> dashboard_assets() noexcept;
[[nodiscard]] std::span<const Asset> graphiql_assets() noexcept;

// The response to a GET of `path`, which is relative to the application's root. A path that is not
// a file gets index.html if a browser navigates there, since the application has its own routes.
// Otherwise nothing.
[[nodiscard]] std::optional<Response> serve_asset(std::span<const Asset> assets,
                                                  std::string_view path, const Request& request);

}  // namespace edo::http
