// Patterns on a file match what they match in PostgreSQL, or are refused.
#include "tools/server/backend/patterns.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "replicator/postgres/connection.hpp"
#include "support/postgres.hpp"

namespace edo::backend {
namespace {

using Translate = std::string (*)(std::string_view);

enum class Outcome { no, yes, refused };

Outcome of_file(Translate translate, const std::string& text, const std::string& pattern) {
  try {
    return Pattern(translate(pattern), false).is_in(text) ? Outcome::yes : Outcome::no;
  } catch (const std::runtime_error&) {
    return Outcome::refused;
  }
}

class Oracle {
 public:
  Outcome of(const std::string& op, const std::string& text, const std::string& pattern) {
    try {
      const auto rows = connection_.run("match", "SELECT $1 " + op + " $2",
                                        postgres::Parameters().text(text).text(pattern));
      return rows.boolean(0, 0) ? Outcome::yes : Outcome::no;
    } catch (const Error&) {
      return Outcome::refused;
    }
  }

 private:
  postgres::Connection connection_{
      postgres::Target(testing::PrivatePostgres::shared().fresh_database())};
};

const char* const kTexts[] = {"",     "a",   "aa",   "ab",   "abc",  "a b",  "a\nb",
                              "a.b",  "A1_", "a%xb", "\x08", "\\",   "\x0b", "{",
                              "a{2}", "a+",  "é",    "d",    "(a)",  "x",    "  a ",
                              "1",    "aé1", "a]b",  "a-b",  "aaaa", "^a",   "$"};

// With a meaning of their own in PCRE2, or none in PostgreSQL.
const char* const kRegexes[] = {
    "\\bb",    "\\Ba",     "\\v",         "\\h",    "\\Qa+\\E", "\\K",    "\\R",         "\\N",
    "\\z",     "\\G",      "\\p{L}",      "\\X",    "a++",      "a*+",    "a?+",         "a**",
    "a{2}{2}", "a{256}",   "a{,2}",       "a{2,1}", "^*a",      "a|*b",   "(*ACCEPT)a",  "(?>a)",
    "(?|a)",   "(?P<n>a)", "(?i)A",       "a(?i)B", "(?#no)a",  "(?=a)*", "(?<=a)b",     "\\u0061",
    "\\x61",   "\\x0061",  "\\U00000061", "\\ca",   "\\y",      "\\ma",   "a\\M",        "\\Aa\\Z",
    "a{2}",    "{",        "a{x",         "[]a]",   "[^]a]",    "[\\d_]", "[[:alpha:]]", "[[.a.]]",
    "[a",      "(a",       "a)",          "()",     "a||b",     "***=a+", "(a)\\1",      "\\e",
    "\\1",     "[\\b]",    "[\\v]",       "[[a]",   "a{0}",     "a{1,}?", "\\i",         "\\_",
    "\\é"};

const char* const kSimilar[] = {"a%",    "_",         "a|b",    "(a|b)c",  "a{2}", "a.b",
                                "^a",    "\\d%",      "[a-c]+", "\\%",     "a*?",  "(?=a)",
                                "[\\]]", "\\\"a\\\"", "a\\",    "\\(a\\)", "%é_",  "[^a]%"};

void check(Oracle& oracle, Translate translate, const std::string& op, const std::string& pattern) {
  for (const std::string text : kTexts) {
    const Outcome found = of_file(translate, text, pattern);
    if (found == Outcome::refused) return;
    INFO("'" << text << "' " << op << " '" << pattern << "'");
    REQUIRE(found == oracle.of(op, text, pattern));
  }
}

TEST_CASE("regular expressions mean the same on a file and in PostgreSQL") {
  Oracle oracle;
  for (const char* pattern : kRegexes) check(oracle, regex_expression, "~", pattern);
  for (const char* pattern : kSimilar) check(oracle, similar_expression, "SIMILAR TO", pattern);
  for (const char* pattern : {"a\\%%b", "%\\%", "%%b", "%\\%%b", "_%", "\\%%%", "%a%%b"}) {
    check(oracle, like_expression, "LIKE", pattern);
  }
  for (const char* pattern :
       {"a+", "\\y", "(?=a)b?", "[[:alpha:]]", "(a)\\1", "\\u0061", "a{1,}?"}) {
    CHECK(of_file(regex_expression, "aa", pattern) != Outcome::refused);
  }
}

TEST_CASE("random patterns mean the same on a file and in PostgreSQL") {
  Oracle oracle;
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  const char* const kPieces[] = {
      "a",   "b",   "1",   "é", " ", "(", ")",    "(?:",   "(?=",   "(?!", "[",
      "]",   "^",   "$",   "|", "*", "+", "?",    "{2}",   "{1,2}", ".",   "\\",
      "\\w", "\\d", "\\y", "-", "%", "_", "[^a]", "[a-c]", "\\\\",  "{"};
  for (int i = 0; i < 300; ++i) {
    std::string pattern;
    for (unsigned pieces = 0; pieces <= random() % 6; ++pieces) {
      pattern += kPieces[random() % std::size(kPieces)];
    }
    INFO("seed " << seed);
    check(oracle, regex_expression, "~", pattern);
    check(oracle, similar_expression, "SIMILAR TO", pattern);
    check(oracle, like_expression, "LIKE", pattern);
  }
}

TEST_CASE("a long text matches groups, or the error says that it is too long") {
  Oracle oracle;
  const std::string text = std::string(300'000, 'a') + "b";
  for (const char* pattern : {"^(a|b)*$", "^(a|b)*c", "^(?:(a)|(b))+$"}) {
    INFO(pattern);
    CHECK(of_file(regex_expression, text, pattern) == oracle.of("~", text, pattern));
  }
  const std::string huge(4'000'000, 'a');
  CHECK_THROWS_WITH(
      (void)Pattern(regex_expression("^(a|b)*$"), false).is_in(huge),
      "regular expression failed: it needs too much memory for a text of 4000000 bytes");
}

TEST_CASE("a pattern with too many ways to match fails in time") {
  const std::string text = std::string(40, 'a') + "b";
  CHECK(of_file(regex_expression, text, "^(a+)+$") == Outcome::refused);
}

}  // namespace
}  // namespace edo::backend
