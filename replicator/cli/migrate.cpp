// edo-replicator migrate: makes or upgrades the central schema.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "replicator/cli/command.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/postgres/migrations.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::string url;
  std::string schema;
  bool roles = false;
  bool print = false;
  bool json = false;
};

int migrate(const Flags& flags) {
  if (flags.print) {
    say("{}", postgres::migration_script(flags.schema, flags.roles));
    return kDone;
  }
  if (flags.url.empty()) throw CLI::RequiredError("--to");
  const postgres::Target target = as_target(flags.url);
  postgres::Connection connection(target, {.writes = true});
  const auto applied = postgres::migrate(connection, flags.schema);
  if (flags.roles) postgres::grant_roles(connection, flags.schema);
  if (flags.json) {
    say("{}\n",
        nlohmann::json(
            {{"schema", flags.schema}, {"applied", applied}, {"roles_granted", flags.roles}})
            .dump());
  } else if (applied.empty()) {
    say("{}: the schema {} is up to date\n", target.label(), flags.schema);
  } else {
    say("{}: the schema {} is ready (applied: {})\n", target.label(), flags.schema,
        fmt::join(applied, ", "));
  }
  if (flags.roles && !flags.json) {
    say("edo_edge, edo_applier and edo_reader have their rights in it\n");
  }
  return kDone;
}

}  // namespace

Command add_migrate(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  auto* app = program.add_subcommand("migrate", "Create or upgrade the central schema");
  add_target(*app, flags->url);
  add_schema(*app, flags->schema);
  app->add_flag("--roles", flags->roles,
                "Also grant the rights of the roles edo_edge, edo_applier and edo_reader");
  app->add_flag("--print", flags->print, "Only print the SQL as a script for psql");
  app->add_flag("--json", flags->json, "Print one JSON object");
  app->footer(
      "Safe to run again: applies only the missing migrations. With --roles, only these\n"
      "roles and the users you grant it to may call the schema's functions; use --roles\n"
      "again after each upgrade.\n\n"
      "Example:\n"
      "  edo-replicator migrate --to postgresql://admin@db.example.com/telemetry\n"
      "  edo-replicator migrate --to postgresql://admin@db.example.com/telemetry --roles\n"
      "  edo-replicator migrate --print > schema.sql && psql -d telemetry -f schema.sql");
  return {app, [flags] { return migrate(*flags); }};
}

}  // namespace edo::cli
