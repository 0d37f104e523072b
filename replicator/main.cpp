// edo-replicator: ships stores to the centre and looks after both ends.
#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/postgres/target.hpp"

namespace {

using edo::cli::Command;

// The command line is there for everybody to read in ps(1).
void hide_passwords(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string hidden = edo::postgres::masked(argv[i]);
    std::copy(hidden.begin(), hidden.end(), argv[i]);
  }
}

int wrong_usage(const std::string& command, const std::string& what) {
  fmt::print(stderr, "{}: {}; see {} --help\n", command, edo::postgres::masked(what), command);
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
      fmt::print(stderr, "{}: {}\n", name, error.what());
      return edo::cli::kFailed;
    }
  }
  return wrong_usage(program.get_name(), "a command is needed");
}

}  // namespace

int main(int argc, char** argv) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("edo-replicator"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  CLI::App program("Ships telemetry stores to a central PostgreSQL.", "edo-replicator");
  program.set_version_flag("--version", EDO_VERSION);
  program.require_subcommand(1);
  const std::vector<Command> commands = {
      edo::cli::add_migrate(program), edo::cli::add_run(program),
      edo::cli::add_apply(program),   edo::cli::add_export(program),
      edo::cli::add_import(program),  edo::cli::add_status(program),
      edo::cli::add_verify(program),  edo::cli::add_requeue(program),
      edo::cli::add_inspect(program)};
  try {
    program.parse(argc, argv);
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
    return run(program, commands);
  } catch (const std::exception& error) {
    fmt::print(stderr, "edo-replicator: {}\n", error.what());
    return edo::cli::kFailed;
  }
}
