#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "tools/server/language/lexer.hpp"
#include "tools/server/model/catalog.hpp"

namespace edo::model {
namespace {

struct KnownType {
  std::string_view sql_type;
  ScalarType scalar;
  std::string_view graphql_type;
};

constexpr KnownType kTypes[] = {
    {"int4", ScalarType::integer, "Int"},
    {"int2", ScalarType::integer, "smallint"},
    {"int8", ScalarType::bigint, "bigint"},
    {"numeric", ScalarType::numeric, "numeric"},
    {"float8", ScalarType::float8, "float8"},
    {"float4", ScalarType::float4, "Float"},
    {"text", ScalarType::text, "String"},
    {"varchar", ScalarType::text, "String"},
    {"bpchar", ScalarType::text, "bpchar"},
    {"citext", ScalarType::text, "citext"},
    {"name", ScalarType::text, "name"},
    {"bool", ScalarType::boolean, "Boolean"},
    {"timestamptz", ScalarType::timestamptz, "timestamptz"},
    {"timestamp", ScalarType::timestamp, "timestamp"},
    {"date", ScalarType::date, "date"},
    {"time", ScalarType::time, "time"},
    {"uuid", ScalarType::uuid, "uuid"},
    {"json", ScalarType::json, "json"},
    {"jsonb", ScalarType::jsonb, "jsonb"},
};

// Other names in CREATE TABLE for the types above.
constexpr std::array<std::pair<std::string_view, std::string_view>, 36> kSynonyms = {{
    {"int", "int4"},
    {"integer", "int4"},
    {"mediumint", "int4"},
    {"serial", "int4"},
    {"serial4", "int4"},
    {"smallint", "int2"},
    {"tinyint", "int2"},
    {"smallserial", "int2"},
    {"serial2", "int2"},
    {"bigint", "int8"},
    {"bigserial", "int8"},
    {"serial8", "int8"},
    {"decimal", "numeric"},
    {"dec", "numeric"},
    {"double", "float8"},
    {"double precision", "float8"},
    {"float", "float8"},
    {"real", "float4"},
    {"character varying", "varchar"},
    {"varying character", "varchar"},
    {"nvarchar", "varchar"},
    {"character", "bpchar"},
    {"char", "bpchar"},
    {"nchar", "bpchar"},
    {"native character", "bpchar"},
    {"clob", "text"},
    {"string", "text"},
    {"any", "text"},
    {"boolean", "bool"},
    {"timestamp with time zone", "timestamptz"},
    {"timestamp without time zone", "timestamp"},
    {"datetime", "timestamp"},
    {"time without time zone", "time"},
    {"time with time zone", "timetz"},
    {"blob", "bytea"},
    {"", "text"},
}};

// In lower case, without a length in parentheses, with single spaces.
std::string normalized(std::string_view declaration) {
  std::string result;
  int depth = 0;
  for (const char c : declaration) {
    if (c == '(') ++depth;
    if (depth == 0) {
      const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (!is_space) {
        result += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      } else if (!result.empty() && result.back() != ' ') {
        result += ' ';
      }
    }
    if (c == ')') --depth;
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

// s of numeric(p, s), and 0 of numeric(p).
std::optional<int> scale_of(std::string_view declaration) {
  const auto begin = declaration.find('(');
  if (begin == std::string_view::npos) return std::nullopt;
  const auto comma = declaration.find(',', begin);
  if (comma == std::string_view::npos) return 0;
  std::string_view digits = declaration.substr(comma + 1);
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  int scale = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), scale);
  return failure == std::errc{} && scale >= 0 ? std::optional(scale) : std::nullopt;
}

}  // namespace

CatalogType postgres_type(std::string_view name) {
  for (const auto& known : kTypes) {
    if (known.sql_type == name) {
      return {known.scalar, std::string(name), std::string(known.graphql_type)};
    }
  }
  // A type whose name is not valid in GraphQL can still be read as text.
  return {ScalarType::other, std::string(name),
          language::is_name(name) ? std::string(name) : "String"};
}

CatalogType declared_type(std::string_view declaration) {
  const std::string name = normalized(declaration);
  const auto* known = std::find_if(kSynonyms.begin(), kSynonyms.end(),
                                   [&](const auto& synonym) { return synonym.first == name; });
  CatalogType type =
      postgres_type(known == kSynonyms.end() ? std::string_view(name) : known->second);
  if (type.scalar == ScalarType::numeric) type.scale = scale_of(declaration);
  return type;
}

}  // namespace edo::model
