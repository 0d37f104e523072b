#include "tools/server/http/assets.hpp"

#include <algorithm>
#include <string>

#include "tools/server/http/compression.hpp"

namespace edo::http {
namespace {

// Nothing is loaded from other origins, and no page may frame it. Editors use inline styles, and
// workers from blobs.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

const Asset* find(std::span<const Asset> assets, std::string_view path) {
  const auto found = std::lower_bound(
      assets.begin(), assets.end(), path,
      [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
  return found != assets.end() && found->path == path ? &*found : nullptr;
}

bool has_etag(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

}  // namespace

std::optional<Response> serve_asset(std::span<const Asset> assets, std::string_view path,
                                    const Request& request) {
  const Asset* asset = find(assets, path.empty() ? "index.html" : path);
  if (asset == nullptr && request.header("accept").find("text/html") != std::string_view::npos) {
    asset = find(assets, "index.html");
  }
  if (asset == nullptr) return std::nullopt;

  Response response;
  response.headers = {
      {"etag", std::string(asset->etag)},
      {"cache-control", asset->immutable ? "public, max-age=31536000, immutable" : "no-cache"},
      {"vary", "accept-encoding"},
      {"content-security-policy", std::string(kContentSecurityPolicy)},
      {"referrer-policy", "no-referrer"},
  };
  if (has_etag(request.header("if-none-match"), asset->etag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("content-type", std::string(asset->content_type));
  if (!asset->is_gzip) {
    response.body = asset->bytes;
  } else if (choose_coding(request.header("accept-encoding")) == Coding::gzip) {
    response.headers.emplace_back("content-encoding", "gzip");
    response.body = asset->bytes;
  } else {
    response.body = decompressed(asset->bytes);
  }
  return response;
}

}  // namespace edo::http
