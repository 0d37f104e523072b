// The program edo, which inspects and manages a store.
#include "tools/edo/commands.hpp"
#include "tools/server/inspection/sql_process.hpp"

int main(int argc, char** argv) {
  using namespace edo::cli;
  prepare_streams();
  // edo serve starts itself again for a statement of SQL; people have no use for it.
  if (argc == 2 && argv[1] == edo::inspection::kSqlProcess) {
    return edo::inspection::serve_sql_process();
  }
  CLI::App program("Inspect and manage a telemetry store.", "edo");
  program.require_subcommand(1);
  program.set_version_flag("--version", "edo " EDO_VERSION);
  program.footer(
      "Exit codes: 0 done, 1 the command failed or found a problem, 2 wrong usage. Run edo\n"
      "COMMAND --help for the options and an example of each command.\n\n"
      "Example:\n"
      "  edo demo --store demo.db && edo ls --store demo.db");
  program.get_formatter()->column_width(28);

  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(add_init(program));
  commands.push_back(add_demo(program));
  commands.push_back(add_ls(program));
  commands.push_back(add_show(program));
  commands.push_back(add_tail(program));
  commands.push_back(add_stats(program));
  commands.push_back(add_sql(program));
  commands.push_back(add_serve(program));
  commands.push_back(add_doctor(program));
  commands.push_back(add_prune(program));
  commands.push_back(add_vacuum(program));
  commands.push_back(add_rotate(program));
  commands.push_back(add_backup(program));
  commands.push_back(add_restore(program));
  commands.push_back(add_version(program));
  return run_program(program, commands, OutputFailure::throws, argc, argv);
}
