// The program edo: looks into a store, and makes one. Exit codes: 0 done, 1 what was asked for
// failed, 2 wrong usage.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "cli/command.hpp"
#include "cli/text.hpp"
#include "edo/error.hpp"
#include "replicator/cli/describe.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/cli/values.hpp"
#include "replicator/postgres/target.hpp"

namespace edo::cli {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

int report(int code, const std::string& who, std::string_view what) {
  std::string line;
  for (const auto part : lines_of(what)) line.append(line.empty() ? "" : " ").append(part);
  write_err(fmt::format("{}: {}\n", who, printable(line)));
  return code;
}

bool is_command(const CLI::App& program, std::string_view name) {
  const auto all = program.get_subcommands([](const CLI::App*) { return true; });
  return std::any_of(all.begin(), all.end(),
                     [&](const CLI::App* each) { return each->get_name() == name; });
}

// The command line is there for everybody to read in ps(1).
void hide_secrets(int argc, char** argv) {
  constexpr std::string_view kOption = "--admin-secret";
  for (int i = 1; i < argc; ++i) {
    std::string hidden = postgres::masked(argv[i]);
    if (argv[i - 1] == kOption) hidden.assign(hidden.size(), '*');
    if (hidden.starts_with(std::string(kOption) + '=')) {
      std::fill(hidden.begin() + kOption.size() + 1, hidden.end(), '*');
    }
    std::copy(hidden.begin(), hidden.end(), argv[i]);
  }
}

int run(int argc, char** argv) {
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
  check_values(program);

  Output out;
  std::string who = "edo";
  try {
    if (argc == 1) return report(kWrongUsage, who, "no command given; edo --help lists them");
    if (const auto text = described(program, argc, argv)) {
      out.write(*text);
      out.flush();
      return kDone;
    }
    if (argv[1][0] != '-' && !is_command(program, argv[1])) {
      return report(kWrongUsage, who,
                    fmt::format("there is no command '{}'; edo --help lists them", argv[1]));
    }
    parse(program, argc, argv);
    hide_secrets(argc, argv);
    for (const auto* chosen : program.get_subcommands()) who += " " + chosen->get_name();
    const auto command = std::find_if(commands.begin(), commands.end(),
                                      [](const auto& each) { return each->chosen(); });
    (*command)->configure();
    (*command)->run(out);
    out.flush();
    return kDone;
  } catch (const CLI::ParseError& error) {
    who = "edo";
    for (const auto* chosen : program.get_subcommands()) who += " " + chosen->get_name();
    if (error.get_exit_code() == 0) return program.exit(error);
    return report(kWrongUsage, who, fmt::format("{}; see {} --help", error.what(), who));
  } catch (const UsageError& error) {
    return report(kWrongUsage, who, fmt::format("{}; see {} --help", error.what(), who));
  } catch (const OutputClosed&) {
    return kDone;
  } catch (const std::exception& error) {
    try {
      out.flush();
    } catch (...) {
      // The first failure is the one to tell of.
    }
    return report(kFailed, who, error.what());
  }
}

}  // namespace
}  // namespace edo::cli

int main(int argc, char** argv) {
  edo::cli::prepare_streams();
  return edo::cli::run(argc, argv);
}
