#include "tools/edo-replicator/commands.hpp"

#include <fmt/format.h>

#include "edo/error.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/ship/fleet.hpp"

namespace edo::cli {

CLI::Option* add_stores(CLI::App& flags, std::vector<std::string>& stores) {
  return flags
      .add_option("--store", stores, "Store file, folder or pattern; may be given more than once")
      ->type_name("FILE")
      ->envname("EDO_STORE");
}

std::vector<std::string> stores_in(const std::vector<std::string>& patterns) {
  auto found = shipping::find_stores(patterns);
  if (found.empty()) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("no store found in {}", fmt::join(patterns, ", ")));
  }
  return found;
}

CLI::Option* add_target(CLI::App& flags, std::string& url) {
  return flags
      .add_option("--to", url, "The central database, postgresql://user@host:5432/database")
      ->type_name("URL")
      ->envname("OBSERVABILITY_DB_URL");
}

postgres::Target as_target(const std::string& url) {
  try {
    return postgres::Target(url);
  } catch (const Error& error) {
    throw CLI::ValidationError("--to", error.what());
  }
}

base::Uuid store_id_of(const std::string& option, const std::string& value) {
  if (const auto id = base::parse_uuid(value)) return *id;
  throw CLI::ValidationError(option,
                             "'" + value + "' is not a store id; edo-replicator status shows them");
}

void add_schema(CLI::App& flags, std::string& schema) {
  schema = postgres::kDefaultSchema;
  flags.add_option("--schema", schema, "Schema in the central database")
      ->type_name("NAME")
      ->capture_default_str();
}

}  // namespace edo::cli
