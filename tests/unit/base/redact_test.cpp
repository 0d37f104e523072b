#include "base/redact.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <nlohmann/json.hpp>
#include <random>

#include "base/text.hpp"
#include "edo/error.hpp"

namespace edo::base {
namespace {

using Json = nlohmann::ordered_json;
using Rules = std::vector<std::string>;

std::string redacted(const Rules& rules, std::string json) {
  Redaction(rules).apply(json);
  return json;
}

TEST_CASE("without rules nothing happens") {
  const Redaction none;
  CHECK(none.empty());
  CHECK(Redaction(Rules{}).empty());
  CHECK_FALSE(none.may_match(R"({"password":1})"));
  std::string json = R"({"password":1)";
  none.apply(json);
  CHECK(json == R"({"password":1)");
}

TEST_CASE("a key's values go at any depth, whatever they are and however the key is written") {
  const Rules rules = {"Password"};
  CHECK(redacted(rules, R"({"password":"x"})") == R"({"password":"[redacted]"})");
  CHECK(redacted(rules, R"({"PASSWORD":12.50})") == R"({"PASSWORD":"[redacted]"})");
  CHECK(redacted(rules, R"({"password":null})") == R"({"password":"[redacted]"})");
  CHECK(redacted(rules, R"({"password":{"password":{"a":[1]}},"b":1})") ==
        R"({"password":"[redacted]","b":1})");
  CHECK(redacted(rules, R"([[{"a":[{"password":[1,[2]]}]}]])") ==
        R"([[{"a":[{"password":"[redacted]"}]}]])");
  CHECK(redacted(rules, R"({"pass\u0077ord":"x"})") == R"({"pass\u0077ord":"[redacted]"})");
  CHECK(redacted(rules, R"({"pass\u0057ord":"x"})") == R"({"pass\u0057ord":"[redacted]"})");
  CHECK(redacted(rules, R"({"password":1,"password":2,"a":{"password":3}})") ==
        R"({"password":"[redacted]","password":"[redacted]","a":{"password":"[redacted]"}})");
}

TEST_CASE(
    "values of keys that name secrets go where that is wanted, but not null, true and false") {
  const auto hidden = [](std::string json) {
    Redaction({}, true).apply(json);
    return json;
  };
  CHECK(hidden(R"({"a":[{"api_key" : {"b":[1]}}],"token":7})") ==
        R"({"a":[{"api_key" : "[redacted]"}],"token":"[redacted]"})");
  CHECK(hidden(R"({"pass\u0077ord":"x"})") == R"({"pass\u0077ord":"[redacted]"})");
  CHECK(hidden(R"({"a \"my token":"x"})") == R"({"a \"my token":"[redacted]"})");
  const std::string kept =
      R"({"password":null,"token":true,"secret": false,"note":"token: x","a":"\"token\":1"})";
  CHECK(hidden(kept) == kept);
  CHECK(hidden(R"({"token":1)") == R"("[redacted]")");
  CHECK(hidden("{broken") == "{broken");
}

TEST_CASE("what is not meant stays to the byte") {
  const std::string kept =
      " {\t\"passwords\" : 123456789012345678901234567890 ,\r\n\"b\":1.50e+007,"
      "\"password \":\"password\", \"z\":[\"password\", -0.0], \"\":{ } } ";
  CHECK(redacted({"password"}, kept) == kept);
  CHECK(redacted({"password"},
                 R"( { "a" : 1.0 , "password" : "x" , "big":12345678901234567890123 } )") ==
        R"( { "a" : 1.0 , "password" : "[redacted]" , "big":12345678901234567890123 } )");
  CHECK(redacted({"password"}, R"("password")") == R"("password")");
  CHECK(redacted({"password"}, R"({"a":"{\"password\":1}"})") == R"({"a":"{\"password\":1}"})");
  // No sign of a name: not even looked at.
  CHECK(redacted({"password"}, "{broken") == "{broken");
}

TEST_CASE("keys with letters beyond ASCII and with escapes are found") {
  CHECK(redacted({"Straße"}, R"({"straße":1})") == R"({"straße":"[redacted]"})");
  CHECK(redacted({"stra\xC3\x9F"
                  "e"},
                 R"({"stra\u00dfe":1})") == R"({"stra\u00dfe":"[redacted]"})");
  CHECK(redacted({"a\"b"}, R"({"a\"b":1})") == R"({"a\"b":"[redacted]"})");
  CHECK(redacted({"a/b"}, R"({"a\/b":1})") == R"({"a\/b":"[redacted]"})");
  CHECK(redacted({"a\nb"}, R"({"a\nb":1})") == R"({"a\nb":"[redacted]"})");
  CHECK(redacted({"a\\b"}, R"({"a\\b":1})") == R"({"a\\b":"[redacted]"})");
  CHECK(redacted({"🔑"}, R"({"\ud83d\udd11":1})") == R"({"\ud83d\udd11":"[redacted]"})");
}

TEST_CASE("a pointer names one place, in exactly its spelling") {
  const std::string json = R"({"a":{"b":[10,{"c":1}],"B":2},"b":3})";
  CHECK(redacted({"/a/b/1/c"}, json) == R"({"a":{"b":[10,{"c":"[redacted]"}],"B":2},"b":3})");
  CHECK(redacted({"/a/b/0"}, json) == R"({"a":{"b":["[redacted]",{"c":1}],"B":2},"b":3})");
  CHECK(redacted({"/a/b"}, json) == R"({"a":{"b":"[redacted]","B":2},"b":3})");
  CHECK(redacted({"/b"}, json) == R"({"a":{"b":[10,{"c":1}],"B":2},"b":"[redacted]"})");
  CHECK(redacted({"/a/b", "/a/b/0", "/b", "c"}, json) ==
        R"({"a":{"b":"[redacted]","B":2},"b":"[redacted]"})");
  for (const char* elsewhere :
       {"/c", "/a/b/2", "/a/b/00", "/a/b/-", "/a/b/01", "/A/b", "/a/b/1/c/d", "/", "/a/", "//a"}) {
    CAPTURE(elsewhere);
    CHECK(redacted({elsewhere}, json) == json);
  }
}

TEST_CASE("pointers know escapes, empty keys, numbers as keys and duplicates") {
  CHECK(redacted({"/m~0n"}, R"({"m~n":1})") == R"({"m~n":"[redacted]"})");
  CHECK(redacted({"/a~1b"}, R"({"a/b":1,"a":{"b":2}})") == R"({"a/b":"[redacted]","a":{"b":2}})");
  CHECK(redacted({"/a~1b"}, R"({"a\/b":1})") == R"({"a\/b":"[redacted]"})");
  CHECK(redacted({"/~01"}, R"({"~1":1,"/":2})") == R"({"~1":"[redacted]","/":2})");
  CHECK(redacted({"/"}, R"({"":1,"a":2})") == R"({"":"[redacted]","a":2})");
  CHECK(redacted({"/a//b"}, R"({"a":{"":{"b":1}}})") == R"({"a":{"":{"b":"[redacted]"}}})");
  CHECK(redacted({"/0"}, R"({"0":1})") == R"({"0":"[redacted]"})");
  CHECK(redacted({"/0"}, R"([1,2])") == R"(["[redacted]",2])");
  CHECK(redacted({"/x/y"}, R"({"x":1,"x":{"y":2},"x":{"y":3}})") ==
        R"({"x":1,"x":{"y":"[redacted]"},"x":{"y":"[redacted]"}})");
  CHECK(redacted({"/x"}, R"({"\u0078":1})") == R"({"\u0078":"[redacted]"})");
}

TEST_CASE("a star in a pointer is any key and any index") {
  CHECK(redacted({"/*/pin"}, R"({"a":{"pin":1},"b":[{"pin":2}],"pin":3})") ==
        R"({"a":{"pin":"[redacted]"},"b":[{"pin":2}],"pin":3})");
  CHECK(redacted({"/cards/*/pin"}, R"({"cards":[{"pin":1},{"pin":2,"n":3}]})") ==
        R"({"cards":[{"pin":"[redacted]"},{"pin":"[redacted]","n":3}]})");
  CHECK(redacted({"/*"}, R"({"a":1,"b":{"c":2}})") == R"({"a":"[redacted]","b":"[redacted]"})");
  CHECK(redacted({"/*/*"}, R"([[1,[2]],3,{"a":4}])") ==
        R"([["[redacted]","[redacted]"],3,{"a":"[redacted]"}])");
}

TEST_CASE("deep documents are redacted to the bottom, and deeper ones as a whole") {
  const auto nested = [](std::size_t depth, const std::string& inner) {
    std::string json;
    for (std::size_t i = 0; i < depth; ++i) json += "{\"a\":";
    return json + inner + std::string(depth, '}');
  };
  CHECK(redacted({"k"}, nested(kMaxJsonDepth - 1, R"({"k":1})")) ==
        nested(kMaxJsonDepth - 1, R"({"k":"[redacted]"})"));
  CHECK(redacted({"k"}, nested(kMaxJsonDepth, R"({"k":1})")) == R"("[redacted]")");
  CHECK(redacted({"k"}, nested(200'000, R"({"k":1})")) == R"("[redacted]")");
  std::string pointer;
  for (std::size_t i = 0; i < kMaxJsonDepth; ++i) pointer += "/a";
  CHECK(redacted({pointer}, nested(kMaxJsonDepth, "1")) ==
        nested(kMaxJsonDepth, R"("[redacted]")"));
}

TEST_CASE("a document that makes no sense goes as a whole if there is any sign of a name") {
  for (const char* json :
       {R"({"password":"x")", R"({'password':'x'})", R"({"password" "x"})", R"({"password":})",
        R"({"password":"x}})", R"({"password":"x"} trailing)", R"({"password":"x",})",
        R"([1,,{"password":"x"}])", R"({password:"x"})", R"("password)", R"(password)",
        R"({"a":"\)", R"({"password":"\)", R"({"\uD800":1})", R"({"\u00":"x"})", R"({"\q\u":1})"}) {
    CAPTURE(json);
    const std::string outcome = redacted({"password", "/a/0"}, json);
    CHECK((outcome == R"("[redacted]")" || outcome.find('x') == std::string::npos));
  }
  CHECK(redacted({"password"}, R"({"password":"x")") == R"("[redacted]")");
  CHECK(redacted({"/0"}, "") == R"("[redacted]")");
}

TEST_CASE("no cut of a document lets a secret through") {
  const std::string json = R"([{"a":[1.5,true,null],"password":{"x":["hunter2"]},"z":"\u0041"}])";
  for (std::size_t size = 0; size <= json.size(); ++size) {
    std::string cut = redacted({"password"}, json.substr(0, size));
    CHECK(cut.find("hunter2") == std::string::npos);
    std::string marked;
    admit_json(cut, 1 << 20, marked);
    CHECK(marked.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("redacted before it is admitted, not even a marker holds the secret") {
  const Redaction rules(Rules{"password"});
  std::string json = R"({"password":"hunter2","text":")" + std::string(1000, 'x') + "\"}";
  rules.apply(json);
  std::string marker;
  admit_json(json, 100, marker);
  CHECK(marker.find("larger than") != std::string::npos);
  CHECK(marker.find("hunter2") == std::string::npos);
}

TEST_CASE("wrong rules are refused") {
  CHECK_THROWS_WITH(Redaction(Rules{"a", ""}), Catch::StartsWith("redact: a rule is empty"));
  CHECK_THROWS_WITH(Redaction(Rules{"/a~"}), Catch::StartsWith("redact: \"/a~\" is no"));
  CHECK_THROWS_AS(Redaction(Rules{"/~2"}), Error);
  CHECK_FALSE(Redaction::problem({"a~b", "/a~0~1", "/", "*"}));
}

// "/name" as a JSON pointer writes it.
std::string pointer_to(const std::string& name) {
  return (nlohmann::json::json_pointer{} / name).to_string();
}

// The oracle: the same rules, applied to the parsed document. A star is a key in a rule without a
// slash.
class Oracle {
 public:
  explicit Oracle(const Rules& rules) : rules_(rules) {}

  void apply(Json& value, std::vector<std::string>& path) const {
    if (!value.is_structured()) return;
    std::size_t index = 0;
    for (auto it = value.begin(); it != value.end(); ++it, ++index) {
      const std::string name = value.is_object() ? it.key() : std::to_string(index);
      path.push_back(name);
      if (matches(path, value.is_object())) {
        *it = "[redacted]";
      } else {
        apply(*it, path);
      }
      path.pop_back();
    }
  }

 private:
  static std::string upper(std::string text) {
    for (char& c : text) {
      if (c >= 0) c = static_cast<char>(std::toupper(c));
    }
    return text;
  }

  bool matches(const std::vector<std::string>& path, bool is_key) const {
    return std::any_of(rules_.begin(), rules_.end(), [&](const std::string& rule) {
      if (rule[0] != '/') return is_key && upper(path.back()) == upper(rule);
      std::string rest = rule;
      for (const std::string& name : path) {
        const auto end = std::min(rest.find('/', 1), rest.size());
        const std::string segment = rest.substr(0, end);
        if (segment != "/*" && segment != pointer_to(name)) return false;
        rest.erase(0, end);
      }
      return rest.empty();
    });
  }

  Rules rules_;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string name() {
    static const Rules names = {"a",   "B",   "key",  "KEY", "",  "0", "1",
                                "x/y", "m~n", "q\"q", "é",   "*", "\\"};
    return names[below(names.size())];
  }

  Rules rules() {
    Rules rules;
    for (std::size_t count = 1 + below(3); rules.size() < count;) {
      if (below(2) == 0) {
        const std::string key = name();
        if (!key.empty()) rules.push_back(key);
        continue;
      }
      std::string pointer;
      for (std::size_t depth = 1 + below(3); depth > 0; --depth) {
        pointer += pointer_to(name());
      }
      rules.push_back(pointer);
    }
    return rules;
  }

  // A document as text, with white space and escapes where JSON allows them.
  std::string document(std::size_t depth) {
    const std::size_t kind = below(depth == 0 ? 3 : 6);
    if (kind == 0) return below(2) == 0 ? "true" : "-12.5e1";
    if (kind == 1) return "null";
    if (kind == 2) return string(name());
    const bool object = kind < 5;
    std::string text(1, object ? '{' : '[');
    Rules used;
    for (std::size_t count = below(5); count > 0; --count) {
      if (object) {
        const std::string key = name();
        if (std::find(used.begin(), used.end(), key) != used.end()) continue;
        used.push_back(key);
      }
      if (text.size() > 1) text += ',';
      text += space();
      if (object) text += string(used.back()) + space() + ':' + space();
      text += document(depth - 1) + space();
    }
    return text + (object ? '}' : ']');
  }

 private:
  std::string space() { return below(4) == 0 ? " \n" : ""; }

  std::string string(const std::string& value) {
    std::string text = "\"";
    for (const char c : value) {
      const bool special = c == '"' || c == '\\';
      if (c > 0 && below(5) == 0) {
        char escape[8];
        (void)std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
        text += escape;
      } else {
        if (special || (c == '/' && below(2) == 0)) text += '\\';
        text += c;
      }
    }
    return text + '"';
  }

  std::mt19937 random_;
};

TEST_CASE("any rules do to any document what they would do to the parsed one") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  Generator generator(seed);
  std::size_t changed = 0;
  for (int round = 0; round < 3000; ++round) {
    const Rules rules = generator.rules();
    const std::string json = generator.document(5);
    Json expected = Json::parse(json);
    std::vector<std::string> path;
    Oracle(rules).apply(expected, path);
    const std::string outcome = redacted(rules, json);
    CAPTURE(round, rules, json, outcome);
    REQUIRE(Json::parse(outcome) == expected);
    REQUIRE((outcome == json) == (Json::parse(json) == expected));
    changed += outcome != json ? 1 : 0;
  }
  CHECK(changed > 100);
}

}  // namespace
}  // namespace edo::base
