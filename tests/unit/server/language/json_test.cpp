// JSON and decimals without a lost digit.
#include "tools/server/language/json.hpp"

#include <catch2/catch.hpp>
#include <random>

namespace edo::language {
namespace {

std::string printed(std::string_view text) {
  const auto document = parse_json(text);
  return document ? jsonb_text(*document) : "invalid";
}

TEST_CASE("a document keeps every digit, and prints as jsonb") {
  CHECK(printed("123456789012345678901234567890") == "123456789012345678901234567890");
  CHECK(printed("[9223372036854775807, -9223372036854775808, 9223372036854775808]") ==
        "[9223372036854775807, -9223372036854775808, 9223372036854775808]");
  CHECK(printed("0.123456789012345678901") == "0.123456789012345678901");
  CHECK(printed("[1.50, 1e3, 1.5E-3, -0, 0e5, -0.0]") == "[1.50, 1000, 0.0015, 0, 0, 0.0]");
  CHECK(printed("1e400") == "1" + std::string(400, '0'));
  CHECK(printed("1e200000") == "1e200000");
  CHECK(printed(R"({"long": 1, "b": "\u00e9\"", "a": null, "b": [true, {}]})") ==
        R"({"a": null, "b": [true, {}], "long": 1})");
}

TEST_CASE("what is not one JSON document is refused") {
  for (const char* text :
       {"",         " ",     "1 2",     "1],[2",      "]",   "[",       "01",
        "-",        "1.",    ".5",      "+1",         "1e",  "NaN",     "tru",
        "nul",      "[1,]",  "{\"a\"}", "{\"a\":1,}", "'a'", "\"\\x\"", "\"\\ud800\"",
        "\"\xff\"", "[1 2]", "1a",      "{1:2}",      "\"a", "[}"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_json(text));
  }
  JsonFault fault{};
  CHECK_FALSE(parse_json("[[[]]]", 2, &fault));
  CHECK(fault == JsonFault::too_deep);
  CHECK(parse_json("[[[]]]", 3, &fault));
  CHECK(fault == JsonFault::none);
  CHECK_FALSE(parse_json(std::string(100'000, '['), kDeepestDocument, &fault));
  CHECK(fault != JsonFault::none);
}

TEST_CASE("damaged documents are valid or not as for another parser") {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  const std::string whole =
      R"({"a": [1, -2.5e3, "x\n\u00e9", true, false, null, {}], "b": {"c": [[], [{"d": 0}]]}})";
  const std::string bytes = R"({}[]",:0123.eE-+ \utrfalsn)";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = whole;
    for (unsigned damage = 0; damage <= random() % 3; ++damage) {
      const auto at = random() % text.size();
      if (random() % 2 == 0) {
        text.erase(at, 1 + random() % 3);
      } else {
        text.insert(at, 1, bytes[random() % bytes.size()]);
      }
    }
    INFO("seed " << seed << ": " << text);
    const auto expected = nlohmann::json::parse(text, nullptr, false);
    const auto found = parse_json(text);
    // The other parser refuses numbers beyond a double.
    if (expected.is_discarded() && found && printed(text).size() > 300) continue;
    REQUIRE(found.has_value() == !expected.is_discarded());
  }
}

std::string as_text(const char* digits) { return to_text(parse_decimal(digits).value()); }

TEST_CASE("decimals print as numerics do") {
  CHECK(as_text("12.50") == "12.50");
  CHECK(as_text("-0.00") == "0.00");
  CHECK(as_text("1.5e3") == "1500");
  CHECK(as_text("1.25e1") == "12.5");
  CHECK(as_text("15e-3") == "0.015");
  CHECK(as_text(".5") == "0.5");
  CHECK(as_text("+007.") == "7");
  CHECK_FALSE(parse_decimal("1e99999999999"));
  CHECK_FALSE(parse_decimal("e5"));
  CHECK_FALSE(fits_numeric(parse_decimal("1e131073").value()));
}

TEST_CASE("decimals compare by their value") {
  const char* const ascending[] = {"-1e30", "-10", "-9.5", "-9", "0",   "1e-20", "0.1",
                                   "0.11",  "9",   "9.01", "10", "1e2", "1e400"};
  for (std::size_t i = 0; i + 1 < std::size(ascending); ++i) {
    CAPTURE(ascending[i]);
    const auto less = parse_decimal(ascending[i]).value();
    const auto more = parse_decimal(ascending[i + 1]).value();
    CHECK(compare(less, more) < 0);
    CHECK(compare(more, less) > 0);
    CHECK(compare(less, less) == 0);
  }
  CHECK(compare(parse_decimal("1.0").value(), parse_decimal("10e-1").value()) == 0);
  CHECK(compare(parse_decimal("-0").value(), parse_decimal("0.00").value()) == 0);
}

}  // namespace
}  // namespace edo::language
