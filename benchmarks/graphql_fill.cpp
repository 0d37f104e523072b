// Fills a store or a migrated central with the rows of graphql_bench and keeps it, for the
// dashboard to be measured on and for anybody who wants to look at a million invocations.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ctime>
#include <string>

#include "benchmarks/graphql_rows.hpp"
#include "replicator/postgres/migrations.hpp"

int main(int argc, char** argv) {
  CLI::App app(
      "A million invocations in seconds\n\n  graphql_fill --store million.db\n"
      "  graphql_fill --central postgresql://postgres@127.0.0.1/telemetry");
  std::string store;
  std::string central;
  edo::bench::Telemetry telemetry{.now = static_cast<std::int64_t>(std::time(nullptr))};
  auto* where = app.add_option_group("where");
  where->add_option("--store", store, "a file that does not exist yet");
  where->add_option("--central", central, "a PostgreSQL with the tables of edo-replicator migrate");
  where->require_option(1);
  app.add_option("--invocations", telemetry.invocations, "how many")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    if (!store.empty()) {
      edo::bench::fill_store(store, telemetry);
    } else {
      edo::bench::fill_central_database(central, std::string(edo::postgres::kDefaultSchema),
                                        telemetry);
    }
  } catch (const std::exception& failure) {
    fmt::print(stderr, "graphql_fill: {}\n", failure.what());
    return 1;
  }
  return 0;
}
