#include "tools/server/sql/bind_values.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "tools/server/language/error.hpp"
#include "tools/server/language/json.hpp"
#include "tools/server/language/values.hpp"
#include "tools/server/sql/times.hpp"

namespace edo::sql {
namespace {

using nlohmann::json;

std::string as_text(const json& value) {
  if (language::is_number(value)) return language::number_text(value);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool is_document(model::ScalarType type) {
  return type == model::ScalarType::json || type == model::ScalarType::jsonb;
}

// Postgres's name of the type in messages.
std::string spoken_name(const plan::Bound& bound) {
  switch (bound.type) {
    case model::ScalarType::integer:
      return "integer";
    case model::ScalarType::bigint:
      return "bigint";
    case model::ScalarType::float8:
      return "double precision";
    case model::ScalarType::float4:
      return "real";
    case model::ScalarType::boolean:
      return "boolean";
    case model::ScalarType::timestamptz:
      return "timestamp with time zone";
    case model::ScalarType::timestamp:
      return "timestamp";
    default:
      return bound.sql_type;
  }
}

[[noreturn]] void refuse(const plan::Bound& bound) {
  throw language::RequestError(
      "data-exception", "$",
      "invalid input syntax for type " + spoken_name(bound) + ": \"" + as_text(bound.value) + "\"");
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Parameter sqlite_integer(const plan::Bound& bound) {
  const std::string text = as_text(bound.value);
  if (const auto number = parsed<std::int64_t>(text)) return *number;
  // Numbers beyond 64 bits, and 1.0, are compared as floating point.
  if (const auto number = parsed<double>(text)) return *number;
  refuse(bound);
}

// What SQLite has no number for is text, which it sorts after all numbers: NaN.
Parameter sqlite_real(const plan::Bound& bound) {
  const std::string text = as_text(bound.value);
  if (const auto number = parsed<std::int64_t>(text)) return *number;
  if (const auto number = language::parse_float(text)) {
    return std::isnan(*number) ? Parameter("NaN") : Parameter(*number);
  }
  refuse(bound);
}

Parameter sqlite_boolean(const plan::Bound& bound) {
  const auto truth = language::parse_boolean(as_text(bound.value));
  if (!truth) refuse(bound);
  return std::int64_t{*truth ? 1 : 0};
}

Parameter sqlite_time(const plan::Bound& bound) {
  const std::string text = as_text(bound.value);
  std::string key = time_key(text, bound.type);
  if (!key.empty()) return key;
  // Of the right form, such as 24:01.
  const bool is_spelled_so = text.find_first_of("-:") != std::string::npos &&
                             text.find_first_not_of("0123456789-+:. TZABCD") == std::string::npos;
  if (!is_spelled_so) refuse(bound);
  throw language::RequestError("data-exception", "$",
                               "date/time field value out of range: \"" + text + "\"");
}

Parameter sqlite_uuid(const plan::Bound& bound) {
  const auto uuid = language::parse_uuid(as_text(bound.value));
  if (!uuid) refuse(bound);
  return *uuid;
}

}  // namespace

Parameter postgres_value(const plan::Bound& bound) {
  if (is_document(bound.type)) return language::jsonb_text(bound.value);
  if (bound.value.is_null()) return nullptr;
  return as_text(bound.value);
}

Parameter postgres_array(const plan::Bound& bound) {
  std::string literal = "{";
  for (const auto& element : bound.value) {
    if (literal.size() > 1) literal += ',';
    if (element.is_null() && !is_document(bound.type)) {
      literal += "NULL";
      continue;
    }
    literal += '"';
    for (const char c :
         is_document(bound.type) ? language::jsonb_text(element) : as_text(element)) {
      if (c == '"' || c == '\\') literal += '\\';
      literal += c;
    }
    literal += '"';
  }
  return literal + "}";
}

Parameter sqlite_value(const plan::Bound& bound) {
  if (is_document(bound.type)) return language::jsonb_text(bound.value);
  if (bound.value.is_null()) return nullptr;
  switch (bound.type) {
    case model::ScalarType::integer:
    case model::ScalarType::bigint:
      return sqlite_integer(bound);
    case model::ScalarType::numeric:
      return as_text(bound.value);
    case model::ScalarType::float4:
    case model::ScalarType::float8:
      return sqlite_real(bound);
    case model::ScalarType::boolean:
      return sqlite_boolean(bound);
    case model::ScalarType::timestamptz:
    case model::ScalarType::timestamp:
    case model::ScalarType::date:
    case model::ScalarType::time:
      return sqlite_time(bound);
    case model::ScalarType::uuid:
      return sqlite_uuid(bound);
    default:
      return as_text(bound.value);
  }
}

Parameter sqlite_array(const plan::Bound& bound) {
  std::string list = "[";
  for (const auto& element : bound.value) {
    const Parameter value = sqlite_value({element, bound.type, bound.sql_type});
    if (list.size() > 1) list += ',';
    const auto* real = std::get_if<double>(&value);
    if (real != nullptr && std::isinf(*real)) {
      list += *real < 0 ? "-9e999" : "9e999";  // which SQLite reads as infinity
    } else {
      std::visit([&list](const auto& held) { list += json(held).dump(); }, value);
    }
  }
  return list + "]";
}

}  // namespace edo::sql
