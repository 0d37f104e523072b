#include "tools/server/search/need.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tools/server/search/folding.hpp"
#include "tools/server/search/signature.hpp"

namespace edo::search {
namespace {

std::string folded(std::string_view text) {
  std::string result;
  append_folded(text, result);
  return result;
}

using Pieces = std::vector<std::string>;

TEST_CASE("texts that _ilike takes for equal are folded to the same") {
  CHECK(folded("Card DECLINED, 49271") == "card declined, 49271");
  CHECK(folded("ÄÖÜ GRÖẞE") == folded("äöü größe"));
  CHECK(folded("ΣΑΣ") == folded("σας"));  // the last letter of a word has another form
  CHECK(folded("ПРИВЕТ") == folded("привет"));
  CHECK(folded("\u212A") == "k");  // the sign of Kelvin
  CHECK(folded("\u017F") == "s");  // the long s
  CHECK(folded("\u00B5") == folded("\u039C"));
  CHECK(folded("日本語 😀") == "日本語 😀");
}

TEST_CASE("what is not UTF-8 is folded to itself") {
  CHECK(folded("A\xC3") == "a\xC3");
  CHECK(folded("\xE2\x84K") == "\xE2\x84k");
  CHECK(folded("\xFF\xFE Z\x80") == "\xFF\xFE z\x80");
  CHECK(folded(std::string("A\0B", 3)) == std::string("a\0b", 3));
}

TEST_CASE("the pieces of a pattern are its literal parts") {
  CHECK(of_pattern("%card declined%").pieces == Pieces{"card declined"});
  CHECK(of_pattern("Order%49271_x%abcd").pieces == Pieces{"order", "49271", "abcd"});
  CHECK(of_pattern(R"(%100\% sure\_no\\w%)").pieces == Pieces{R"(100% sure_no\w)"});
  CHECK(of_pattern("%Übung%").pieces == Pieces{folded("übung")});
  for (const auto* pattern : {"", "%", "%abc%", "abc_def", "_", "abcd\\"}) {
    CAPTURE(pattern);
    CHECK_FALSE(of_pattern(pattern).is_known());
  }
}

Pieces pieces_of(const char* document) {
  return of_document(nlohmann::json::parse(document)).pieces;
}

TEST_CASE("the pieces of a document are what is printed of it in every document that has it") {
  CHECK(pieces_of(R"({"event": {"data": {"new": {"id": 49271}}}})") ==
        Pieces{R"("event": {)", R"("data": {)", R"("new": {)", R"("id": 49271)"});
  CHECK(pieces_of(R"({"a": "Text \"x\"", "b": true, "c": null})") ==
        Pieces{R"("a": "text \"x\"")", R"("b": true)", R"("c": null)"});
  CHECK(pieces_of(R"(["long enough", 7, [12345]])") == Pieces{R"("long enough")", "12345"});
  // 1.50 is 1.5, and 100 is 100.0.
  CHECK(pieces_of(R"({"price": 1.50})") == Pieces{R"("price": 1.5)"});
  CHECK(pieces_of(R"({"price": 100.0})") == Pieces{R"("price": 100)"});
  CHECK_FALSE(of_document(nlohmann::json::parse("{}")).is_known());
  CHECK_FALSE(of_document(nlohmann::json::parse("7")).is_known());
}

TEST_CASE("a part of which nothing is known excludes nothing") {
  const Need text = of_pattern("%text%");
  CHECK(all_of({text, {}}).kind == Need::Kind::text);
  CHECK(all_of({text, text}).kind == Need::Kind::all);
  CHECK(any_of({text, text}).kind == Need::Kind::any);
  CHECK_FALSE(any_of({text, {}}).is_known());
  CHECK_FALSE(any_of({}).is_known());
  CHECK_FALSE(all_of({}).is_known());
}

TEST_CASE("a signature has the hashes of every piece of its texts") {
  Signature signature;
  signature.add("order 49271 was charged");
  signature.add("abc");
  for (const auto* piece : {"49271", "order 49271 was charged", "char"}) {
    for (const auto hash : hashes_of(piece)) CHECK(signature.has(hash));
  }
  CHECK(signature.count() <= 20);
  CHECK(hashes_of(std::string(1000, 'x') + "y").size() == 24);
  CHECK(hashes_of("abc").empty());
}

}  // namespace
}  // namespace edo::search
