// What graphql-js cannot be asked: bounds, bytes and places. The grammar itself is compared with it
// in tests/graphql.
#include "tools/server/language/parser.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tools/server/language/error.hpp"

using namespace edo::language;

namespace {

// The message of the error, or nothing.
std::string refusal(const std::string& text, std::size_t max_bytes = 1000) {
  try {
    (void)parse(text, max_bytes);
    return {};
  } catch (const RequestError& error) {
    CHECK(error.code() == "validation-failed");
    CHECK(error.path() == "$.query");
    return error.what();
  }
}

std::string repeated(const std::string& part, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += part;
  return result;
}

}  // namespace

TEST_CASE("a text longer than the bound is refused") {
  CHECK(refusal("{ a }", 5).empty());
  CHECK(refusal("{ a }", 4) == "the query is larger than 4 bytes");
}

TEST_CASE("nesting beyond the bound is refused") {
  const std::size_t all = std::size_t{1} << 20;
  const auto selections = [](std::size_t n) { return repeated("{a", n) + repeated("}", n); };
  const auto lists = [](std::size_t n) {
    return "{a(b:" + repeated("[", n) + repeated("]", n) + ")}";
  };
  const auto objects = [](std::size_t n) {
    return "{a(b:" + repeated("{c:", n) + "1" + repeated("}", n) + ")}";
  };
  const auto types = [](std::size_t n) {
    return "query($a:" + repeated("[", n) + "T" + repeated("]", n) + "){b}";
  };
  const std::string message = "the query is nested deeper than 256 levels";
  CHECK(refusal(selections(kMaxNesting), all).empty());
  CHECK(refusal(selections(kMaxNesting + 1), all) == message);
  CHECK(refusal(lists(kMaxNesting - 1), all).empty());
  for (const std::size_t n : {kMaxNesting, std::size_t{100'000}}) {
    CHECK(refusal(lists(n), all) == message);
    CHECK(refusal(objects(n), all) == message);
    CHECK(refusal(types(n), all) == message);
  }
}

TEST_CASE("invalid UTF-8 is not a query") {
  const std::string message = "not a valid graphql query";
  for (const char* bytes : {"\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    CHECK(refusal(std::string("{ a(s: \"") + bytes + "\") }") == message);
    CHECK(refusal(std::string("{ a } # ") + bytes) == message);
  }
  CHECK(refusal(std::string("{ a \0 }", 7)) == message);
}

TEST_CASE("fields and values have their positions") {
  const Document document = parse("# first\r\nquery {\n  a,\r  b(c:\n[1 $d]) }\n", 1000);
  REQUIRE(document.operations.size() == 1);
  const auto& selections = document.operations[0].selections;
  REQUIRE(selections.size() == 2);
  const auto& b = std::get<Field>(selections[1]);
  CHECK(b.response_key() == "b");
  CHECK(b.location.line == 4);
  CHECK(b.location.column == 3);
  const auto& items = std::get<ListValue>(b.arguments[0].value.kind).items;
  CHECK(items[1].location.line == 5);
  CHECK(items[1].location.column == 4);
  CHECK(std::get<VariableUse>(items[1].kind).name == "d");
}

TEST_CASE("the lines of a block string count") {
  const Document document = parse("{ a(s: \"\"\"\n  one\r\n    two\n\n\"\"\")\nb }", 1000);
  const auto& selections = document.operations[0].selections;
  const auto& a = std::get<Field>(selections[0]);
  CHECK(std::get<std::string>(a.arguments[0].value.kind) == "one\n  two");
  CHECK(std::get<Field>(selections[1]).location.line == 6);
}
