#include "capture/lines.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace edo::capture {
namespace {

using Texts = std::vector<std::string>;

// What comes out if `bytes` arrive `step` at a time.
Texts cut(const std::string& bytes, std::size_t step = kMaxBytes) {
  Lines lines;
  Texts texts;
  const auto emit = [&](std::string_view line) { texts.emplace_back(line); };
  for (std::size_t at = 0; at < bytes.size(); at += step) lines.add(bytes.substr(at, step), emit);
  lines.finish(emit);
  lines.finish(emit);  // says nothing twice
  return texts;
}

TEST_CASE("bytes become the same lines, however they arrive") {
  const std::string bytes = "one\n\ntwo\r\nth\rree\nfour";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    CHECK(cut(bytes, step) == Texts{"one", "", "two", "th\rree", "four"});
  }
  CHECK(cut("") == Texts{});
  CHECK(cut("\n") == Texts{""});
}

TEST_CASE("a long line comes in pieces") {
  CHECK(cut(std::string(kMaxLine, 'x') + "\n") == Texts{std::string(kMaxLine, 'x')});
  CHECK(cut(std::string(2 * kMaxLine + 5, 'x') + "\nnext") ==
        Texts{std::string(kMaxLine, 'x'), std::string(kMaxLine, 'x'), "xxxxx", "next"});
}

TEST_CASE("a piece ends between characters where the text is UTF-8") {
  std::string trucks;
  while (trucks.size() < kMaxLine + 10) trucks += "🚚";
  for (const char* before : {"", "a", "ab", "abc"}) {
    const Texts texts = cut(before + trucks, 1000);
    REQUIRE(texts.size() == 2);
    CHECK(texts[0].size() <= kMaxLine);
    CHECK(texts[1].starts_with("🚚"));
    CHECK(texts[0] + texts[1] == before + trucks);
  }
  const std::string bytes(kMaxLine + 1, '\x80');
  CHECK(cut(bytes) == Texts{std::string(kMaxLine, '\x80'), "\x80"});
}

}  // namespace
}  // namespace edo::capture
