#include "tools/server/http/assets.hpp"

#include <catch2/catch.hpp>

#include "tools/server/http/compression.hpp"

namespace edo::http {
namespace {

const std::string kScript = compressed(std::string(5000, 'j'), Coding::gzip);
const Asset kAssets[] = {
    {"assets/app-3xampleHash.js", "text/javascript; charset=utf-8", "\"js\"", kScript, true, true},
    {"index.html", "text/html; charset=utf-8", "\"html\"", "<html>", false, false},
};

Request get(Headers headers = {}) { return {"GET", "/", std::move(headers), "", ""}; }

std::string header(const Response& response, std::string_view name) {
  return std::string(protocol::find_header(response.headers, name).value_or("none"));
}

TEST_CASE("the address of a folder returns its index") {
  const auto response = serve_asset(kAssets, "", get());
  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->body == "<html>");
  CHECK(header(*response, "content-type") == "text/html; charset=utf-8");
  CHECK(header(*response, "cache-control") == "no-cache");
  CHECK(header(*response, "content-security-policy").find("default-src 'self'") == 0);
}

TEST_CASE("a file with a hash in its name is cached without end, and compressed if accepted") {
  const auto packed =
      serve_asset(kAssets, "assets/app-3xampleHash.js", get({{"accept-encoding", "gzip"}}));
  REQUIRE(packed);
  CHECK(packed->body == kScript);
  CHECK(header(*packed, "content-encoding") == "gzip");
  CHECK(header(*packed, "cache-control") == "public, max-age=31536000, immutable");
  const auto plain = serve_asset(kAssets, "assets/app-3xampleHash.js", get());
  REQUIRE(plain);
  CHECK(plain->body == std::string(5000, 'j'));
  CHECK(header(*plain, "content-encoding") == "none");
}

TEST_CASE("a file that the client has is not sent again") {
  const auto response = serve_asset(kAssets, "", get({{"if-none-match", "\"old\", \"html\""}}));
  REQUIRE(response);
  CHECK(response->status == 304);
  CHECK(response->body.empty());
  CHECK(serve_asset(kAssets, "", get({{"if-none-match", "\"old\""}}))->status == 200);
}

TEST_CASE("unknown paths get the application in a browser, and 404 in programs") {
  const auto page = serve_asset(kAssets, "jobs/7", get({{"accept", "text/html,*/*;q=0.8"}}));
  REQUIRE(page);
  CHECK(page->body == "<html>");
  CHECK_FALSE(serve_asset(kAssets, "jobs/7", get({{"accept", "*/*"}})));
  CHECK_FALSE(serve_asset(kAssets, "../index.html", get()));
  CHECK_FALSE(serve_asset({}, "", get({{"accept", "text/html"}})));
}

TEST_CASE("the best coding that a client accepts") {
  CHECK(choose_coding("") == Coding::identity);
  CHECK(choose_coding("gzip") == Coding::gzip);
  CHECK(choose_coding("br, deflate") == Coding::deflate);
  CHECK(choose_coding("deflate;q=1.0, gzip;q=0.5") == Coding::gzip);
  CHECK(choose_coding("gzip;q=0") == Coding::identity);
  CHECK(choose_coding("gzip; q=0.000, *") == Coding::identity);
  CHECK(choose_coding("*") == Coding::gzip);
  CHECK(choose_coding("*;q=0") == Coding::identity);
  CHECK(choose_coding(", ,;;q=,gzip") == Coding::gzip);
}

TEST_CASE("compressed data can be decompressed") {
  for (const auto& text : {std::string(), std::string("a"), std::string(1 << 20, 'x')}) {
    CHECK(decompressed(compressed(text, Coding::gzip)) == text);
  }
  const std::string zlib = compressed("abc", Coding::deflate);
  CHECK(static_cast<unsigned char>(zlib[0]) == 0x78);
}

}  // namespace
}  // namespace edo::http
