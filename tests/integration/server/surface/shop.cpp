#include "shop.hpp"

#include "storage/database.hpp"
#include "support/postgres.hpp"

namespace edo::testing {

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

}  // namespace edo::testing
