#include "answers.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <vector>

#include "support/random_query.hpp"
#include "tools/server/language/decimal.hpp"

namespace edo::testing {

using nlohmann::ordered_json;

ordered_json answered(engine::Engine& engine, const language::Request& request,
                      const language::Session& session) {
  try {
    backend::Memory memory(engine::kDefaultMemory);
    backend::Room room(memory);
    return read_answer(engine.execute(request, session, room));
  } catch (const language::RequestError& error) {
    return {{"error", {error.code(), error.path(), error.what()}}};
  }
}

std::optional<std::string> poll(engine::LiveQuery& query) {
  backend::Memory memory(engine::kDefaultMemory);
  backend::Room room(memory);
  return query.poll(room);
}

namespace {

// Before the digits of a number that a double may not hold.
constexpr char kDigits = '\x01';

bool is_number(const ordered_json& value) {
  return value.is_number() ||
         (value.is_string() && value.get_ref<const std::string&>().starts_with(kDigits));
}

std::string digits_of(const ordered_json& number) {
  return number.is_number() ? number.dump() : number.get<std::string>().substr(1);
}

// How far two answers may differ.
struct Leniency {
  bool fractions_round = false;
  bool numbers_round = false;
  bool any_order = false;  // of members
};

bool is_near(const std::string& one, const std::string& other) {
  const double left = language::parse_float(one).value();
  const double right = language::parse_float(other).value();
  return std::abs(left - right) <= 1e-9 * std::max(1.0, std::abs(left));
}

bool same_number(const std::string& one, const std::string& other, const Leniency& leniency) {
  const auto a = language::parse_decimal(one).value();
  const auto b = language::parse_decimal(other).value();
  if (language::compare(a, b) == 0) return true;
  const bool has_fraction = (one + other).find_first_of(".eE") != std::string::npos;
  return (leniency.numbers_round || (leniency.fractions_round && has_fraction)) &&
         is_near(one, other);
}

bool is_same(const ordered_json& one, const ordered_json& other, const Leniency& leniency);

// Strings that are numbers, as --stringify-numeric-types makes them.
bool are_near_texts(const ordered_json& one, const ordered_json& other) {
  if (!one.is_string() || !other.is_string()) return false;
  const auto& a = one.get_ref<const std::string&>();
  const auto& b = other.get_ref<const std::string&>();
  return language::parse_decimal(a) && language::parse_decimal(b) && is_near(a, b);
}

bool same_members(const ordered_json& one, const ordered_json& other, const Leniency& leniency) {
  const auto items = one.items();
  if (leniency.any_order) {
    return std::all_of(items.begin(), items.end(), [&](const auto& member) {
      const auto found = other.find(member.key());
      return found != other.end() && is_same(member.value(), *found, leniency);
    });
  }
  return std::equal(items.begin(), items.end(), other.items().begin(),
                    [&](const auto& a, const auto& b) {
                      Leniency own = leniency;
                      own.numbers_round |= a.key().starts_with(kAbout);
                      own.any_order |= a.key().starts_with(kDocument);
                      return a.key() == b.key() && is_same(a.value(), b.value(), own);
                    });
}

bool is_same(const ordered_json& one, const ordered_json& other, const Leniency& leniency) {
  if (is_number(one) && is_number(other)) {
    return same_number(digits_of(one), digits_of(other), leniency);
  }
  if (one.is_object() && other.is_object()) {
    return one.size() == other.size() && same_members(one, other, leniency);
  }
  if (one.is_array() && other.is_array()) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [&](const auto& a, const auto& b) { return is_same(a, b, leniency); });
  }
  return one == other || (leniency.numbers_round && are_near_texts(one, other));
}

}  // namespace

ordered_json read_answer(const std::string& text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (text[at] == '"') {
      while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      ++end;
    } else if (text[at] == '-' || std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
      end = std::min(text.find_first_not_of("0123456789+-.eE", at), text.size());
    }
    const std::string token = text.substr(at, end - at);
    const bool is_long = token[0] != '"' &&
                         std::isalpha(static_cast<unsigned char>(token[0])) == 0 &&
                         (token.size() > 15 || token.find_first_of("eE") != std::string::npos);
    kept += is_long ? "\"\\u0001" + token + "\"" : token;
    at = end;
  }
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  return ordered_json::parse(kept, [&](int, ordered_json::parse_event_t event, const auto& value) {
    using Event = ordered_json::parse_event_t;
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(value.template get<std::string>()).second) {
      throw std::runtime_error("the answer has a key twice: " + text);
    }
    return true;
  });
}

bool same_answer(const ordered_json& one, const ordered_json& other) {
  return is_same(one, other, {.fractions_round = true});
}

bool same_random_answer(const ordered_json& one, const ordered_json& other) {
  return is_same(one, other, {});
}

}  // namespace edo::testing
