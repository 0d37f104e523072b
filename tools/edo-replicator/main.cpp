// The program edo-replicator, which ships stores to the central database and maintains both ends.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "tools/edo-replicator/commands.hpp"

int main(int argc, char** argv) {
  using namespace edo::cli;
  prepare_streams();
  spdlog::set_default_logger(spdlog::stderr_color_mt("edo-replicator"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  CLI::App program("Ship telemetry stores to a central PostgreSQL.", "edo-replicator");
  program.set_version_flag("--version", "edo-replicator " EDO_VERSION);
  program.footer(
      "Exit codes: 0 done, 1 the command failed or has findings, 2 wrong usage, 75 run\n"
      "again later. Run edo-replicator COMMAND --help for the options of each command.\n\n"
      "Example:\n"
      "  edo-replicator run --store telemetry.db --to postgresql://edge@db.example.com/telemetry "
      "--once");
  program.require_subcommand(1);

  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(add_migrate(program));
  commands.push_back(add_run(program));
  commands.push_back(add_apply(program));
  commands.push_back(add_export(program));
  commands.push_back(add_import(program));
  commands.push_back(add_status(program));
  commands.push_back(add_verify(program));
  commands.push_back(add_reship(program));
  commands.push_back(add_requeue(program));
  commands.push_back(add_adopt(program));
  commands.push_back(add_bind(program));
  commands.push_back(add_inspect(program));
  return run_program(program, commands, OutputFailure::is_reported, argc, argv);
}
