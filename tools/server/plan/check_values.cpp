#include "tools/server/plan/check_values.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "tools/server/language/json.hpp"
#include "tools/server/language/values.hpp"
#include "tools/server/plan/numbers.hpp"

namespace edo::plan {
namespace {

// The names of a type in messages of Postgres and of Hasura.
struct Called {
  const char* by_postgres;
  const char* by_reader;
};

Called called(const ValueType& type) {
  switch (type.type) {
    case model::ScalarType::integer:
      return type.sql_type == "int2" ? Called{"smallint", "Int16"} : Called{"integer", "Int32"};
    case model::ScalarType::bigint:
      return {"bigint", "Int64"};
    case model::ScalarType::numeric:
      return {"numeric", "Scientific"};
    case model::ScalarType::float8:
      return {"double precision", "Double"};
    case model::ScalarType::float4:
      return {"real", "Float"};
    case model::ScalarType::boolean:
      return {"boolean", "Bool"};
    case model::ScalarType::timestamptz:
      return {"timestamp with time zone", "UTCTime"};
    case model::ScalarType::timestamp:
      return {"timestamp", "LocalTime"};
    case model::ScalarType::date:
      return {"date", "Day"};
    case model::ScalarType::time:
      return {"time", "TimeOfDay"};
    case model::ScalarType::uuid:
      return {"uuid", "UUID"};
    case model::ScalarType::text:
    case model::ScalarType::json:
    case model::ScalarType::jsonb:
    case model::ScalarType::other:
      break;
  }
  return {"text", "Text"};
}

const char* kind_of(const nlohmann::json& value) {
  if (value.is_boolean()) return "Boolean";
  if (language::is_number(value)) return "Number";
  if (value.is_string()) return "String";
  return value.is_array() ? "Array" : "Object";
}

[[noreturn]] void refuse_kind(const nlohmann::json& value, const ValueType& type,
                              const char* expected, const language::Path& path) {
  language::refuse(path,
                   std::string("parsing ") + called(type).by_reader + " failed, expected " +
                       expected + ", but encountered " + kind_of(value),
                   "parse-failed");
}

// Errors of the execution have no path.
[[noreturn]] void refuse_syntax(const std::string& text, const ValueType& type) {
  language::refuse({},
                   std::string("invalid input syntax for type ") + called(type).by_postgres +
                       ": \"" + text + "\"",
                   "data-exception");
}

bool is_digits(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

template <typename Integer>
nlohmann::json whole_from_text(const std::string& text, const ValueType& type) {
  const std::string_view digits = language::trimmed(text);
  if (!is_digits(digits)) refuse_syntax(text, type);
  if (const auto number = parse_whole<Integer>(digits)) return *number;
  language::refuse({},
                   "value \"" + text + "\" is out of range for type " + called(type).by_postgres,
                   "data-exception");
}

template <typename Integer>
nlohmann::json whole(const nlohmann::json& value, const ValueType& type,
                     const language::Path& path) {
  if (value.is_string()) return whole_from_text<Integer>(value, type);
  if (!language::is_number(value)) refuse_kind(value, type, "Number", path);
  const std::string number = language::number_text(value);
  if (const auto integer = parse_whole<Integer>(number)) return *integer;
  language::refuse(path,
                   std::string("parsing ") + called(type).by_reader +
                       " failed, value is either floating or will cause over or underflow " +
                       scientific(number),
                   "parse-failed");
}

bool is_special_number(const std::string& word, bool may_be_infinite) {
  if (word == "nan") return true;
  if (!may_be_infinite) return false;
  const std::string_view unsigned_word =
      word.starts_with('-') || word.starts_with('+') ? std::string_view(word).substr(1) : word;
  return unsigned_word == "infinity" || unsigned_word == "inf";
}

[[noreturn]] void refuse_range(const std::string& text, const ValueType& type) {
  language::refuse({}, "\"" + text + "\" is out of range for type " + called(type).by_postgres,
                   "data-exception");
}

// Whether a number that is not 0 is still neither 0 nor infinite as this floating-point type.
template <typename Float>
bool is_in_range(const std::string& number, Float value) {
  return std::isfinite(value) &&
         (value != 0 || number.find_first_of("123456789") >= number.find('e'));
}

bool is_in_range(const std::string& number, model::ScalarType type) {
  switch (type) {
    case model::ScalarType::float8:
      return is_in_range(number, std::strtod(number.c_str(), nullptr));
    case model::ScalarType::float4:
      return is_in_range(number, std::strtof(number.c_str(), nullptr));
    default:
      return language::fits_numeric(*language::parse_decimal(number));
  }
}

// They stay text, which keeps every digit.
nlohmann::json decimal(const nlohmann::json& value, const ValueType& type,
                       const language::Path& path) {
  const bool is_number = language::is_number(value);
  if (!is_number && !value.is_string()) refuse_kind(value, type, "Number", path);
  const std::string text = is_number ? language::number_text(value) : value.get<std::string>();
  const std::string word = language::lower(language::trimmed(text));
  if (is_special_number(word, true)) return word;
  if (!language::parse_decimal(word)) refuse_syntax(text, type);
  if (!is_in_range(word, type.type)) refuse_range(text, type);
  return word;
}

nlohmann::json boolean(const nlohmann::json& value, const ValueType& type,
                       const language::Path& path) {
  if (value.is_boolean()) return value;
  if (!value.is_string()) refuse_kind(value, type, "Boolean", path);
  const std::string& text = value.get_ref<const std::string&>();
  const auto truth = language::parse_boolean(text);
  if (!truth) refuse_syntax(text, type);
  return *truth;
}

nlohmann::json uuid(const std::string& text, const ValueType& type) {
  const auto value = language::parse_uuid(text);
  if (!value) refuse_syntax(text, type);
  return *value;
}

// The database accepts more forms than are checked here. Unknown words are refused.
nlohmann::json moment(const std::string& text, const ValueType& type) {
  const std::string word = language::lower(language::trimmed(text));
  constexpr std::string_view kWords[] = {"now",   "today",    "tomorrow",  "yesterday",
                                         "epoch", "infinity", "-infinity", "allballs"};
  const bool has_digit = word.find_first_of("0123456789") != std::string::npos;
  if (!has_digit && std::find(std::begin(kWords), std::end(kWords), word) == std::end(kWords)) {
    refuse_syntax(text, type);
  }
  return text;
}

}  // namespace

ValueType type_of(const Operand& operand) {
  return std::visit(
      [](const auto* what) -> ValueType {
        return {what->type, what->sql_type, what->graphql_type};
      },
      operand);
}

nlohmann::json checked_value(nlohmann::json value, const ValueType& type,
                             const language::Path& path) {
  if (value.is_null())
    language::refuse(path, "unexpected null value for type '" + type.graphql_type + "'");
  switch (type.type) {
    case model::ScalarType::json:
    case model::ScalarType::jsonb:
      return value;
    case model::ScalarType::integer:
      return type.sql_type == "int2" ? whole<std::int16_t>(value, type, path)
                                     : whole<std::int32_t>(value, type, path);
    case model::ScalarType::bigint:
      return whole<std::int64_t>(value, type, path);
    case model::ScalarType::numeric:
    case model::ScalarType::float8:
    case model::ScalarType::float4:
      return decimal(value, type, path);
    case model::ScalarType::boolean:
      return boolean(value, type, path);
    default:
      break;
  }
  if (!value.is_string()) {
    if (type.type == model::ScalarType::other) {
      language::refuse(path, "A string is expected for type: " + type.sql_type, "parse-failed");
    }
    refuse_kind(value, type, "String", path);
  }
  const std::string& text = value.get_ref<const std::string&>();
  if (type.type == model::ScalarType::uuid) return uuid(text, type);
  if (type.type != model::ScalarType::text && type.type != model::ScalarType::other)
    return moment(text, type);
  return value;
}

}  // namespace edo::plan
