#include "shop.hpp"

#include <algorithm>
#include <cmath>

#include "storage/database.hpp"
#include "support/postgres.hpp"
#include "tools/server/language/decimal.hpp"

namespace edo::testing {

using nlohmann::ordered_json;

std::string surface_file(const std::string& name) { return EDO_SURFACE "/" + name; }

std::unique_ptr<engine::Engine> shop_on_file(const TemporaryDirectory& folder,
                                             const std::string& metadata) {
  engine::EngineOptions options;
  options.store = folder / "shop.db";
  options.metadata = metadata;
  {
    storage::Database database(options.store, {storage::Access::create});
    database.execute(read_file(surface_file("sqlite.sql")));
    database.execute(read_file(surface_file("data.sql")));
  }
  return engine::open_engine(options);
}

std::unique_ptr<engine::Engine> shop_on_postgres(const std::string& url,
                                                 const std::string& metadata) {
  engine::EngineOptions options;
  options.postgres = url;
  options.metadata = metadata;
  query(options.postgres, read_file(surface_file("postgres.sql")));
  query(options.postgres, read_file(surface_file("data.sql")));
  return engine::open_engine(options);
}

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

// Beyond it a double has no digit after the point to spare.
constexpr double kExactWholes = 4503599627370496;

bool same_number(const std::string& one, const std::string& other, bool may_round) {
  const auto a = language::parse_decimal(one).value();
  const auto b = language::parse_decimal(other).value();
  if (language::compare(a, b) == 0) return true;
  const bool has_fraction = (one + other).find_first_of(".eE") != std::string::npos;
  const double left = language::parse_float(one).value();
  const double right = language::parse_float(other).value();
  if (!has_fraction && !(may_round && std::abs(left) > kExactWholes)) return false;
  return std::abs(left - right) <= 1e-9 * std::max(1.0, std::abs(left));
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
  return ordered_json::parse(kept);
}

bool same_answer(const ordered_json& one, const ordered_json& other, bool may_round) {
  if (is_number(one) && is_number(other)) {
    return same_number(digits_of(one), digits_of(other), may_round);
  }
  if (!one.is_structured() || one.type() != other.type()) return one == other;
  if (one.size() != other.size()) return false;
  const auto items = one.items();
  return std::equal(items.begin(), items.end(), other.items().begin(),
                    [&](const auto& a, const auto& b) {
                      return a.key() == b.key() && same_answer(a.value(), b.value(), may_round);
                    });
}

}  // namespace edo::testing
