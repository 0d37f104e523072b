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
  auto* app = program.add_subcommand("migrate", "Make or upgrade the central schema");
  add_target(*app, flags->url);
  add_schema(*app, flags->schema);
  app->add_flag("--roles", flags->roles,
                "Also give the roles edo_edge, edo_applier and edo_reader their rights");
  app->add_flag("--print", flags->print, "Write the SQL as a script for psql; touch nothing");
  app->add_flag("--json", flags->json, "Answer as JSON");
  app->footer(
      "Run again, it does only what is missing. With --roles the schema's functions may be called\n"
      "only by those roles and by whom you grant it; run it with --roles after each upgrade then.\n"
      "\n"
      "Example:\n"
      "  edo-replicator migrate --to postgresql://admin@db.example.com/telemetry\n"
      "  edo-replicator migrate --to postgresql://admin@db.example.com/telemetry --roles\n"
      "  edo-replicator migrate --print > schema.sql && psql -d telemetry -f schema.sql");
  return {app, [flags] { return migrate(*flags); }};
}

}  // namespace edo::cli
