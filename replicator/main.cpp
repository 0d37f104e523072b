// edo-replicator: ships stores to the centre and looks after both ends.
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <vector>

#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/describe.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/cli/values.hpp"
#include "replicator/postgres/target.hpp"

namespace {

using edo::cli::Command;
using edo::cli::complain;

// The command line is there for everybody to read in ps(1).
void hide_passwords(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string hidden = edo::postgres::masked(argv[i]);
    std::copy(hidden.begin(), hidden.end(), argv[i]);
  }
}

int wrong_usage(const std::string& command, const std::string& what) {
  complain("{}: {}; see {} --help", command, edo::postgres::masked(what), command);
  return edo::cli::kWrongUsage;
}

int run(const CLI::App& program, const std::vector<Command>& commands) {
  for (const auto& command : commands) {
    if (!command.flags->parsed()) continue;
    const std::string name = program.get_name() + " " + command.flags->get_name();
    try {
      command.config->read();
      for (const auto* option : command.required) {
        if (option->count() == 0) throw CLI::RequiredError(option->get_name());
      }
      return command.run();
    } catch (const CLI::ParseError& error) {
      return wrong_usage(name, error.what());
    } catch (const edo::Error& error) {
      complain("{}: {}", name, error.what());
      return edo::cli::kFailed;
    }
  }
  return wrong_usage(program.get_name(), "no command given");
}

}  // namespace

int main(int argc, char** argv) {
  edo::cli::prepare_streams();
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
  const std::vector<Command> commands = {
      edo::cli::add_migrate(program), edo::cli::add_run(program),
      edo::cli::add_apply(program),   edo::cli::add_export(program),
      edo::cli::add_import(program),  edo::cli::add_status(program),
      edo::cli::add_verify(program),  edo::cli::add_reship(program),
      edo::cli::add_requeue(program), edo::cli::add_adopt(program),
      edo::cli::add_bind(program),    edo::cli::add_inspect(program)};
  edo::cli::check_values(program);
  if (const auto text = edo::cli::described(program, argc, argv)) {
    edo::cli::write_out(*text);
    return edo::cli::end_output().empty() ? edo::cli::kDone : edo::cli::kFailed;
  }
  try {
    edo::cli::parse(program, argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);
    std::string name = program.get_name();
    for (const auto& command : commands) {
      if (command.flags->parsed()) name += " " + command.flags->get_name();
    }
    return wrong_usage(name, error.what());
  }
  hide_passwords(argc, argv);
  try {
    const int code = run(program, commands);
    const std::string unwritten = edo::cli::end_output();
    if (unwritten.empty()) return code;
    complain("edo-replicator: write to standard output: {}", unwritten);
    return edo::cli::kFailed;
  } catch (const std::exception& error) {
    complain("edo-replicator: {}", error.what());
    return edo::cli::kFailed;
  }
}
