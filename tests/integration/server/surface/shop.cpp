#include "shop.hpp"

#include <algorithm>
#include <cmath>

#include "storage/database.hpp"
#include "support/postgres.hpp"

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
    return ordered_json::parse(engine.execute(request, session));
  } catch (const language::RequestError& error) {
    return {{"error", {error.code(), error.path(), error.what()}}};
  }
}

namespace {

// Beyond it a double has no digit after the point to spare.
constexpr double kExactWholes = 4503599627370496;

double magnitude(const ordered_json& value) {
  return value.is_number() ? std::abs(value.get<double>()) : 0;
}

}  // namespace

bool same_answer(const ordered_json& one, const ordered_json& other, bool may_round) {
  const bool is_rounded = std::max(magnitude(one), magnitude(other)) > kExactWholes && may_round;
  if (one.is_number_float() || other.is_number_float() || is_rounded) {
    if (!one.is_number() || !other.is_number()) return false;
    const double a = one;
    const double b = other;
    return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(a));
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
