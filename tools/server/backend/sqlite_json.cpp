// JSON: passed on unchanged, and PostgreSQL's operators of jsonb.
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/text.hpp"
#include "tools/server/backend/numerics.hpp"
#include "tools/server/backend/sqlite_functions.hpp"
#include "tools/server/language/json.hpp"

namespace edo::backend::sqlite {
namespace {

using nlohmann::json;

// What cannot be parsed counts as text, which is how it is shown.
json parse(std::string_view text) {
  auto document = language::parse_json(text);
  return document ? *std::move(document) : json(text);
}
json parse(sqlite3_value* value) { return parse(text_of(value)); }

// Valid until the next call in the same thread.
simdjson::simdjson_result<simdjson::dom::element> quickly_parsed(std::string_view text) {
  thread_local simdjson::dom::parser parser;
  return parser.parse(text.data(), text.size());
}

bool repeats_a_key(const simdjson::dom::element& value) {
  std::vector<std::string_view> keys;
  std::vector<simdjson::dom::element> inside;
  if (simdjson::dom::object object; value.get(object) == simdjson::SUCCESS) {
    for (const auto& [key, member] : object) {
      keys.push_back(key);
      inside.push_back(member);
    }
  } else if (simdjson::dom::array array; value.get(array) == simdjson::SUCCESS) {
    inside.assign(array.begin(), array.end());
  }
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end() ||
         std::any_of(inside.begin(), inside.end(), repeats_a_key);
}

void pass(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_result_value(context, arguments[0]);
  sqlite3_result_subtype(context, kJsonSubtype);
}

// A stored document. Invalid JSON is shown as text, so that it does not make the whole result
// invalid.
void document(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto text = text_of(arguments[0]);
  // The quick parser refuses numbers beyond 64 bits, which are valid JSON.
  const bool is_valid =
      quickly_parsed(text).error() == simdjson::SUCCESS || language::parse_json(text).has_value();
  is_valid ? give_json(context, text) : give_text(context, text);
}

// The same of jsonb, which has the last one of equal keys.
void jsonb_document(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto text = text_of(arguments[0]);
  simdjson::dom::element whole;
  if (quickly_parsed(text).get(whole) == simdjson::SUCCESS && !repeats_a_key(whole)) {
    return give_json(context, text);
  }
  const auto parsed = language::parse_json(text);
  parsed ? give_json(context, language::jsonb_text(*parsed)) : give_text(context, text);
}

// {"a":1} and {"b":2} make {"a":1,"b":2}.
void concatenate(sqlite3_context* context, int count, sqlite3_value** arguments) {
  std::string whole;
  for (int i = 0; i < count; ++i) {
    const auto object = text_of(arguments[i]);
    whole += i == 0 ? '{' : ',';
    whole += object.substr(1, object.size() - 2);
  }
  give_json(context, whole + "}");
}

// jsonb #> text[]: a negative index counts from the end of an array.
void at_path(sqlite3_context* context, int, sqlite3_value** arguments) {
  const json whole = parse(arguments[0]);
  const json* here = &whole;
  for (const auto& step : parse(arguments[1])) {
    const auto& key = step.get_ref<const std::string&>();
    if (here->is_object()) {
      const auto found = here->find(key);
      if (found == here->end()) return sqlite3_result_null(context);
      here = &*found;
      continue;
    }
    std::int64_t place = 0;
    const auto [end, failure] = std::from_chars(key.data(), key.data() + key.size(), place);
    if (!here->is_array() || failure != std::errc{} || end != key.data() + key.size()) {
      return sqlite3_result_null(context);
    }
    const auto size = static_cast<std::int64_t>(here->size());
    if (place < 0) place += size;
    if (place < 0 || place >= size) return sqlite3_result_null(context);
    here = &(*here)[static_cast<std::size_t>(place)];
  }
  give_json(context, language::jsonb_text(*here));
}

template <class Value>
int order(const Value& left, const Value& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

int compare_numbers(const json& left, const json& right) {
  if (left.is_number_integer() && right.is_number_integer()) return order(left, right);
  const std::string left_text = language::number_text(left);
  const std::string right_text = language::number_text(right);
  const auto a = language::parse_decimal(left_text);
  const auto b = language::parse_decimal(right_text);
  // A number with an exponent of more than 32 bits is only known by its text.
  return a && b ? language::compare(*a, *b) : order(left_text, right_text);
}

bool are_numbers(const json& left, const json& right) {
  return language::is_number(left) && language::is_number(right);
}

// Of two values that are not both objects or both arrays.
bool is_same(const json& left, const json& right) {
  return are_numbers(left, right) ? compare_numbers(left, right) == 0 : left == right;
}

bool has_element(const json& array, const json& value) {
  return std::any_of(array.begin(), array.end(),
                     [&](const json& element) { return is_same(element, value); });
}

bool is_scalar(const json& value) { return !value.is_structured(); }

bool contains(const json& whole, const json& part) {
  if (part.is_object()) {
    const auto& members = part.get_ref<const json::object_t&>();
    return whole.is_object() &&
           std::all_of(members.begin(), members.end(), [&](const auto& member) {
             const auto found = whole.find(member.first);
             return found != whole.end() && contains(*found, member.second);
           });
  }
  if (part.is_array()) {
    return whole.is_array() && std::all_of(part.begin(), part.end(), [&](const json& element) {
             return std::any_of(whole.begin(), whole.end(),
                                [&](const json& held) { return contains(held, element); });
           });
  }
  return is_same(whole, part);
}

// Only the outermost array may contain a value that is not in an array itself.
bool contains_at_top(const json& whole, const json& part) {
  if (whole.is_array() && is_scalar(part)) return has_element(whole, part);
  return contains(whole, part);
}

void contains(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_result_int(context, contains_at_top(parse(arguments[0]), parse(arguments[1])));
}

void contained_in(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_result_int(context, contains_at_top(parse(arguments[1]), parse(arguments[0])));
}

bool has_key(const json& document, const json& key) {
  if (document.is_object()) return document.contains(key.get_ref<const std::string&>());
  if (document.is_array()) return has_element(document, key);
  return document == key;
}

void has_key(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_result_int(context, has_key(parse(arguments[0]), std::string(text_of(arguments[1]))));
}

void has_keys_any(sqlite3_context* context, int, sqlite3_value** arguments) {
  const json document = parse(arguments[0]);
  const json keys = parse(arguments[1]);
  sqlite3_result_int(context, std::any_of(keys.begin(), keys.end(),
                                          [&](const json& key) { return has_key(document, key); }));
}

void has_keys_all(sqlite3_context* context, int, sqlite3_value** arguments) {
  const json document = parse(arguments[0]);
  const json keys = parse(arguments[1]);
  sqlite3_result_int(context, std::all_of(keys.begin(), keys.end(),
                                          [&](const json& key) { return has_key(document, key); }));
}

void as_text(sqlite3_context* context, int, sqlite3_value** arguments) {
  give_text(context, language::jsonb_text(parse(arguments[0])));
}

// With one spelling of each number.
json identity(const json& value) {
  if (language::is_number(value)) {
    return language::number_as_json(numeric_identity(language::number_text(value)));
  }
  json result = value;
  if (value.is_structured()) {
    for (auto& member : result) member = identity(member);
  }
  return result;
}

void identity(sqlite3_context* context, int, sqlite3_value** arguments) {
  give_text(context, language::jsonb_text(identity(parse(arguments[0]))));
}

int rank(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return 0;
    case json::value_t::string:
      return 1;
    case json::value_t::boolean:
      return 3;
    case json::value_t::array:
      return 4;
    case json::value_t::object:
      return 5;
    default:
      return 2;
  }
}

bool is_empty_array(const json& value) { return value.is_array() && value.empty(); }

// The order of jsonb (https://www.postgresql.org/docs/15/datatype-json.html, "jsonb Indexing").
int compare(const json& left, const json& right) {
  if (are_numbers(left, right)) return compare_numbers(left, right);
  if (rank(left) != rank(right)) return order(rank(left), rank(right));
  if (is_scalar(left)) return order(left, right);
  if (left.size() != right.size()) return order(left.size(), right.size());
  if (left.is_array()) {
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (const int found = compare(left[i], right[i])) return found;
    }
    return 0;
  }
  // Keys are visited as they are stored, and compared as any other text.
  const auto left_keys = language::keys_in_order(left);
  const auto right_keys = language::keys_in_order(right);
  for (std::size_t i = 0; i < left_keys.size(); ++i) {
    const auto &a = *left_keys[i], &b = *right_keys[i];
    if (const int found = order(a, b)) return found;
    if (const int found = compare(left.at(a), right.at(b))) return found;
  }
  return 0;
}

int collate(void*, int left_size, const void* left, int right_size, const void* right) noexcept {
  const std::string_view a(static_cast<const char*>(left), static_cast<std::size_t>(left_size));
  const std::string_view b(static_cast<const char*>(right), static_cast<std::size_t>(right_size));
  try {
    const json first = parse(a);
    const json second = parse(b);
    // An empty array as a whole document comes before everything, for historical reasons.
    const bool first_is_empty = is_empty_array(first);
    if (first_is_empty != is_empty_array(second)) return first_is_empty ? -1 : 1;
    return compare(first, second);
  } catch (const std::exception&) {
    // Only memory can be missing; any order is better than none.
    return order(a, b);
  }
}

void append_json(std::string& whole, sqlite3_value* value) {
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_NULL) {
    whole += "null";
  } else if (type == SQLITE_TEXT && sqlite3_value_subtype(value) != kJsonSubtype) {
    whole += base::json_quote(text_of(value));
  } else {
    whole += text_of(value);
  }
}

// An array of all elements. SQLite's own json_group_array() compares its size with the limit only
// at the end, when the memory is already taken.
class Elements {
 public:
  void add(sqlite3_context* context, sqlite3_value** arguments) {
    whole_ += whole_.empty() ? '[' : ',';
    append_json(whole_, arguments[0]);
    const int most = sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1);
    if (whole_.size() > static_cast<std::size_t>(most)) sqlite3_result_error_toobig(context);
  }

  void give(sqlite3_context* context) {
    whole_ += whole_.empty() ? "[]" : "]";
    give_json(context, whole_);
  }

 private:
  std::string whole_;
};

}  // namespace

void register_json_functions(sqlite3* connection) {
  add_aggregate<Elements>(connection, "edo_elements", 1, SQLITE_SUBTYPE | SQLITE_RESULT_SUBTYPE);
  add(connection, "edo_json", 1, sql_function<pass>);
  add(connection, "edo_document", 1, sql_function<document>);
  add(connection, "edo_jsonb_document", 1, sql_function<jsonb_document>);
  add(connection, "edo_concatenated", -1, sql_function<concatenate>);
  add(connection, "edo_json_at", 2, sql_function<at_path>);
  add(connection, "edo_contains", 2, sql_function<contains>);
  add(connection, "edo_contained_in", 2, sql_function<contained_in>);
  add(connection, "edo_has_key", 2, sql_function<has_key>);
  add(connection, "edo_has_keys_any", 2, sql_function<has_keys_any>);
  add(connection, "edo_has_keys_all", 2, sql_function<has_keys_all>);
  add(connection, "edo_jsonb_text", 1, sql_function<as_text>);
  add(connection, "edo_jsonb_identity", 1, sql_function<identity>);
  (void)sqlite3_create_collation_v2(connection, "edo_jsonb", SQLITE_UTF8, nullptr, collate,
                                    nullptr);
}

}  // namespace edo::backend::sqlite
