#include "tools/server/language/json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace edo::language {
namespace {

using nlohmann::json;
namespace ondemand = simdjson::ondemand;

// What a parser keeps for the next document of its thread.
constexpr std::size_t kMostKept = std::size_t{1} << 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// JSON's grammar of a number; simdjson leaves the check to who reads the token.
bool is_number_token(std::string_view text) {
  const auto take_digits = [&] {
    const std::size_t before = text.size();
    while (!text.empty() && is_digit(text[0])) text.remove_prefix(1);
    return before != text.size();
  };
  const auto take = [&](std::string_view any_of) {
    if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  };
  (void)take("-");
  if (!take("0") && !take_digits()) return false;
  if (take(".") && !take_digits()) return false;
  if (take("eE")) {
    (void)take("+-");
    if (!take_digits()) return false;
  }
  return text.empty();
}

class Reader {
 public:
  explicit Reader(std::size_t deepest) : deepest_(deepest) {}

  [[nodiscard]] JsonFault fault() const noexcept { return fault_; }

  // False if the value is invalid; then nothing more may be read.
  bool read(ondemand::value value, std::size_t depth, json& result) {
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return fails();
    switch (type) {
      case ondemand::json_type::array:
        return read_array(value, depth, result);
      case ondemand::json_type::object:
        return read_object(value, depth, result);
      case ondemand::json_type::number:
        return read_number(value, result);
      case ondemand::json_type::string: {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return fails();
        result = text;
        return true;
      }
      case ondemand::json_type::boolean: {
        bool held = false;
        if (value.get_bool().get(held) != simdjson::SUCCESS) return fails();
        result = held;
        return true;
      }
      case ondemand::json_type::null: {
        bool is_null = false;
        result = nullptr;
        return (value.is_null().get(is_null) == simdjson::SUCCESS && is_null) || fails();
      }
    }
    return fails();
  }

 private:
  bool fails(JsonFault fault = JsonFault::invalid) {
    fault_ = fault;
    return false;
  }

  bool read_array(ondemand::value value, std::size_t depth, json& result) {
    if (depth >= deepest_) return fails(JsonFault::too_deep);
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return fails();
    result = json::array();
    for (auto element : array) {
      ondemand::value member;
      if (std::move(element).get(member) != simdjson::SUCCESS) return fails();
      if (!read(member, depth + 1, result.emplace_back())) return false;
    }
    return true;
  }

  bool read_object(ondemand::value value, std::size_t depth, json& result) {
    if (depth >= deepest_) return fails(JsonFault::too_deep);
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return fails();
    result = json::object();
    for (auto field : object) {
      std::string_view key;
      if (field.unescaped_key().get(key) != simdjson::SUCCESS) return fails();
      json& member = result[std::string(key)];
      ondemand::value held;
      if (field.value().get(held) != simdjson::SUCCESS) return fails();
      if (!read(held, depth + 1, member)) return false;
    }
    return true;
  }

  bool read_number(ondemand::value value, json& result) {
    std::string_view token = value.raw_json_token();
    // It reaches to the next token.
    token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
    if (!is_number_token(token)) return fails();
    result = number_as_json(token);
    // The value counts as read only then, whether its number fits or not.
    (void)value.get_double().error();
    return true;
  }

  std::size_t deepest_;
  JsonFault fault_ = JsonFault::none;
};

void print(const json& value, std::string& out) {
  if (is_number(value)) {
    const std::string digits = number_text(value);
    const auto number = parse_decimal(digits);
    out += number && fits_numeric(*number) ? to_text(*number) : digits;
  } else if (value.is_primitive()) {
    out += value.dump(-1, ' ', false, json::error_handler_t::replace);
  } else if (value.is_object()) {
    out += '{';
    bool first = true;
    for (const auto* key : keys_in_order(value)) {
      if (!std::exchange(first, false)) out += ", ";
      out += json(*key).dump(-1, ' ', false, json::error_handler_t::replace) + ": ";
      print(value.at(*key), out);
    }
    out += '}';
  } else {
    out += '[';
    bool first = true;
    for (const auto& element : value) {
      if (!std::exchange(first, false)) out += ", ";
      print(element, out);
    }
    out += ']';
  }
}

}  // namespace

std::optional<json> parse_json(std::string_view text, std::size_t deepest, JsonFault* fault) {
  // As the one element of an array, a number or a text is read as any other value.
  thread_local ondemand::parser parser;
  std::string wrapped;
  wrapped.reserve(text.size() + 2 + simdjson::SIMDJSON_PADDING);
  wrapped.append("[").append(text).append("]").append(simdjson::SIMDJSON_PADDING, ' ');
  const simdjson::padded_string_view padded(wrapped.data(), text.size() + 2, wrapped.size());

  Reader reader(deepest);
  json result;
  const auto read = [&] {
    ondemand::document document;
    ondemand::array array;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return false;
    if (document.get_array().get(array) != simdjson::SUCCESS) return false;
    std::size_t elements = 0;
    for (auto element : array) {
      ondemand::value value;
      if (++elements > 1 || std::move(element).get(value) != simdjson::SUCCESS) return false;
      if (!reader.read(value, 0, result)) return false;
    }
    // Nothing may follow.
    return elements == 1 && document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  };
  const bool is_read = read();
  if (parser.capacity() > kMostKept) parser = ondemand::parser();
  if (fault != nullptr) {
    *fault = is_read                                 ? JsonFault::none
             : reader.fault() == JsonFault::too_deep ? JsonFault::too_deep
                                                     : JsonFault::invalid;
  }
  return is_read ? std::optional(std::move(result)) : std::nullopt;
}

json number_as_json(std::string_view digits) {
  std::int64_t whole = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
  if (failure == std::errc{} && end == digits.data() + digits.size()) return whole;
  return json::binary({digits.begin(), digits.end()});
}

bool is_number(const json& value) { return value.is_number() || value.is_binary(); }

std::string number_text(const json& number) {
  if (!number.is_binary()) return number.dump();
  const auto& digits = number.get_binary();
  return {digits.begin(), digits.end()};
}

std::vector<const std::string*> keys_in_order(const json& object) {
  std::vector<const std::string*> keys;
  for (const auto& member : object.get_ref<const json::object_t&>()) keys.push_back(&member.first);
  std::stable_sort(keys.begin(), keys.end(), [](const std::string* left, const std::string* right) {
    return left->size() < right->size();
  });
  return keys;
}

std::string jsonb_text(const json& value) {
  std::string text;
  print(value, text);
  return text;
}

}  // namespace edo::language
