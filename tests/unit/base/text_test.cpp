#include "base/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace edo::base {
namespace {

constexpr std::size_t kPlenty = 1 << 20;

std::string text(std::string_view in, std::size_t max_size = kPlenty) {
  std::string out = "left from before";
  admit_text(in, max_size, out);
  return out;
}

std::string json(std::string_view in, std::size_t max_size = kPlenty) {
  std::string out = "left from before";
  admit_json(in, max_size, out);
  return out;
}

TEST_CASE("clean text passes unchanged") {
  for (const std::string_view in : {"", "plain", "grüße, 世界, 🚚", "tab\tand\nnewline"}) {
    CHECK(text(in) == in);
  }
}

TEST_CASE("text that Postgres refuses is repaired and says so") {
  CHECK(text("caf\xE9") == "caf\xEF\xBF\xBD [edo: replaced 1 byte]");
  CHECK(text(std::string_view("a\0b\0", 4)) ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD [edo: replaced 2 bytes]");
  // An overlong slash, a surrogate and a code point beyond Unicode: every byte is wrong.
  CHECK(text("\xC0\xAF").find("replaced 2 bytes") != std::string::npos);
  CHECK(text("\xED\xA0\x80").find("replaced 3 bytes") != std::string::npos);
  CHECK(text("\xF4\x90\x80\x80").find("replaced 4 bytes") != std::string::npos);
}

TEST_CASE("long text is cut between characters and says so") {
  CHECK(text("ääää", 5) == "ää [edo: cut 4 bytes]");
}

TEST_CASE("valid JSON passes unchanged, to the byte") {
  for (const std::string_view in :
       {"{}", "[]", "null", " {\"a\" : 1.0e2 } ", "\"\\ud83d\\ude9a\"", "[1,[2,[3]]]",
        "123456789012345678901234567890", "{\"a\":1,\"a\":2}", "\"\\\\u0000\""}) {
    CAPTURE(in);
    CHECK(json(in) == in);
  }
}

TEST_CASE("escapes that Postgres refuses are replaced, and the document says so") {
  const auto object = nlohmann::json::parse(json(R"({"a":"x\u0000y","b":"\ud800"})"));
  CHECK(object["a"] == "x\xEF\xBF\xBDy");
  CHECK(object["b"] == "\xEF\xBF\xBD");
  CHECK(object["$edo"]["repaired"] == "replaced 2 characters that Postgres refuses");

  const auto wrapped = nlohmann::json::parse(json(R"(["\udc00"])"));
  CHECK(wrapped["value"][0] == "\xEF\xBF\xBD");
  CHECK(wrapped["$edo"]["repaired"] == "replaced 1 character that Postgres refuses");

  const auto key = nlohmann::json::parse(json(R"({"\u0000":1})"));
  CHECK(key["\xEF\xBF\xBD"] == 1);
}

TEST_CASE("invalid UTF-8 inside JSON is repaired") {
  const auto object = nlohmann::json::parse(json("{\"name\":\"caf\xE9\"}"));
  CHECK(object["name"] == "caf\xEF\xBF\xBD");
  CHECK(object["$edo"]["repaired"] == "replaced 1 character that Postgres refuses");
}

TEST_CASE("invalid JSON is kept as text inside a marker") {
  for (const std::string_view in :
       {"", "{", "undefined", "NaN", "{'a':1}", "[1,]", "\"open", "{} {}", "1.2.3", "[1e5e5]", "01",
        "1e", "-", "1-2", "1.", "[1e400.5]", "1e+", "--1e400"}) {
    CAPTURE(in);
    const auto marker = nlohmann::json::parse(json(in));
    CHECK(marker["$edo"]["replaced"] == "not valid JSON");
    CHECK(marker["$edo"]["bytes"] == in.size());
    CHECK(marker["$edo"]["text"] == in);
  }
}

TEST_CASE("numbers beyond a double pass unchanged, as far as PostgreSQL accepts them") {
  const std::string digits(16'383, '7');
  for (const std::string& in :
       {std::string("1e400"), std::string("{\"a\":[-1.5E+0400,2]}"), std::string("1e-16383"),
        std::string("1e131071"), "1." + digits, std::string(131'072, '9'),
        "-" + std::string(400, '1'), "[0." + digits + "e1,{\"x\":1e9999}]"}) {
    CAPTURE(in.substr(0, 40), in.size());
    CHECK(json(in) == in);
  }
}

TEST_CASE("numbers that Postgres does not take are kept as text inside a marker") {
  for (const std::string& in :
       {std::string("{\"x\":1e-20000}"), std::string("1e-16384"), std::string("1e999999"),
        std::string("1e131072"), std::string("[ 1E+00131072 ]"),
        std::string("1e-99999999999999999999"), "1." + std::string(16'384, '7'),
        std::string(131'073, '9'), "{\"a\":{\"b\":[true,0." + std::string(17'000, '1') + "]}}",
        "1." + std::string(16'300, '7') + "e-100"}) {
    CAPTURE(in.substr(0, 40), in.size());
    const auto marker = nlohmann::json::parse(json(in));
    CHECK(marker["$edo"]["replaced"] == "a number with more digits than Postgres takes");
    CHECK(marker["$edo"]["bytes"] == in.size());
  }
}

TEST_CASE("an extreme number is noticed wherever it stands") {
  for (int shift = 0; shift < 150; ++shift) {
    const std::string space(static_cast<std::size_t>(shift), ' ');
    const auto marked = [](const std::string& out) {
      return out.find("$edo") != std::string::npos;
    };
    CHECK(marked(json(space + "1e-20000")));
    CHECK(marked(json(space + "[12e20000000]")));
    CHECK(marked(json("[" + space + "1e-20000, \"" + std::string(150, 'e') + "\"]")));
    CHECK(marked(json(space + "{\"a\": 1.5E-20000, \"b\": 1}")));
    CHECK(marked(json(space + "0." + std::string(17'000, '3'))));
    const std::string uuid = space + R"(["1e1234-4e12345", "5e-20000"])";
    CHECK(json(uuid) == uuid);
  }
}

TEST_CASE("a byte order mark is removed from a document") {
  CHECK(json("\xEF\xBB\xBF{\"a\":1}") == "{\"a\":1}");
  CHECK(json("\xEF\xBB\xBF\xEF\xBB\xBF[\"\\u0041\"]") == "[\"\\u0041\"]");
}

TEST_CASE("a document that nests too deep is replaced") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(json(nested(kMaxJsonDepth)) == nested(kMaxJsonDepth));
  const auto marker = nlohmann::json::parse(json(nested(kMaxJsonDepth + 1)));
  CHECK(marker["$edo"]["replaced"] == "nested deeper than 512 levels");
  CHECK(nlohmann::json::parse(json(nested(200'000)))["$edo"]["bytes"] == 400'000);
}

TEST_CASE("a document over the limit is replaced by a marker with its first part") {
  const std::string big = "\"" + std::string(10'000, 'x') + "\"";
  CHECK(json(big, big.size()) == big);
  const auto marker = nlohmann::json::parse(json(big, big.size() - 1));
  CHECK(marker["$edo"]["bytes"] == big.size());
  CHECK(marker["$edo"]["text"] == big.substr(0, kMarkerBytes));
}

TEST_CASE("a marker never holds what Postgres refuses") {
  const std::string in = "{\"broken\": \"\xFF" + std::string(1, '\0');
  const std::string marker = json(in);
  CHECK(marker.find("\\u0000") == std::string::npos);
  CHECK(nlohmann::json::accept(marker));
}

}  // namespace
}  // namespace edo::base
