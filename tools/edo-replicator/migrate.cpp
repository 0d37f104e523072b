// edo-replicator migrate: creates or upgrades the central schema.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "replicator/postgres/migrations.hpp"
#include "tools/edo-replicator/commands.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::string url;
  std::string schema;
  bool roles = false;
  bool print = false;
  bool json = false;
};

int migrate(const Flags& flags, Output& out) {
  if (flags.print) {
    out.say("{}", postgres::migration_script(flags.schema, flags.roles));
    return kDone;
  }
  if (flags.url.empty()) throw CLI::RequiredError("--to");
  const postgres::Target target = as_target(flags.url);
  postgres::Connection connection(target, {.writes = true});
  const auto applied = postgres::migrate(connection, flags.schema);
  if (flags.roles) postgres::grant_roles(connection, flags.schema);
  if (flags.json) {
    out.write_json(nlohmann::json(
        {{"schema", flags.schema}, {"applied", applied}, {"roles_granted", flags.roles}}));
  } else if (applied.empty()) {
    out.say("{}: the schema {} is up to date\n", target.label(), flags.schema);
  } else {
    out.say("{}: the schema {} is ready (applied: {})\n", target.label(), flags.schema,
            fmt::join(applied, ", "));
  }
  if (flags.roles && !flags.json) {
    out.say("edo_edge, edo_applier, edo_reader and edo_sql have their rights in it\n");
  }
  return kDone;
}

class Migrate final : public Command {
 public:
  explicit Migrate(CLI::App* options) : Command(options) {
    add_target(*options, flags_.url);
    add_schema(*options, flags_.schema);
    options->add_flag(
        "--roles", flags_.roles,
        "Also grant the rights of the roles edo_edge, edo_applier, edo_reader and edo_sql");
    options->add_flag("--print", flags_.print, "Only print the SQL as a script for psql");
    add_json(*options, flags_.json);
    options->footer(
        "Safe to run again: applies only the missing migrations. With --roles, only these\n"
        "roles and the users you grant it to may call the schema's functions; use --roles\n"
        "again after each upgrade.\n\n"
        "Example:\n"
        "  edo-replicator migrate --to postgresql://admin@db.example.com/telemetry\n"
        "  edo-replicator migrate --to postgresql://admin@db.example.com/telemetry --roles\n"
        "  edo-replicator migrate --print > schema.sql && psql -d telemetry -f schema.sql");
  }

  int run(Output& out) override { return migrate(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_migrate(CLI::App& program) {
  return std::make_unique<Migrate>(
      program.add_subcommand("migrate", "Create or upgrade the central schema"));
}

}  // namespace edo::cli
