// Files of a web application that are part of this program.
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

// Made at build time from a folder each; sorted by path. Empty if the folder was not built.
[[nodiscard]] std::span<const Asset> dashboard_assets() noexcept;
[[nodiscard]] std::span<const Asset> graphiql_assets() noexcept;

// The answer to a GET of `path`, which is relative to the application's own root. What is no file
// is index.html if a person navigates there (the application has its own routes), and otherwise
// nothing.
[[nodiscard]] std::optional<Response> serve_asset(std::span<const Asset> assets,
                                                  std::string_view path, const Request& request);

}  // namespace edo::http
