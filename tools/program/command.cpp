#include "tools/program/command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "replicator/postgres/target.hpp"
#include "tools/program/describe.hpp"
#include "tools/program/option_values.hpp"

namespace edo::cli {
namespace {

using Commands = std::vector<std::unique_ptr<Command>>;

bool is_command(const CLI::App& program, std::string_view name) {
  const auto all = program.get_subcommands([](const CLI::App*) { return true; });
  return std::any_of(all.begin(), all.end(),
                     [&](const CLI::App* each) { return each->get_name() == name; });
}

// Every user of the machine can read the command line in ps(1).
void hide_secrets(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::string hidden = postgres::masked(argv[i]);
    for (const std::string option : {"--admin-secret", "--jwt-secret"}) {
      if (argv[i - 1] == option) hidden.assign(hidden.size(), '*');
      if (hidden.starts_with(option + '=')) {
        std::fill(hidden.begin() + static_cast<std::ptrdiff_t>(option.size()) + 1, hidden.end(),
                  '*');
      }
    }
    std::copy(hidden.begin(), hidden.end(), argv[i]);
  }
}

// "edo", or "edo ls" once a command is known.
std::string full_name(const CLI::App& program) {
  std::string name = program.get_name();
  for (const auto* chosen : program.get_subcommands()) name += " " + chosen->get_name();
  return name;
}

int wrong_usage(Output& out, std::string_view what) {
  out.complain("{}; see {} --help", postgres::masked(std::string(what)), out.command());
  return kWrongUsage;
}

int run_command(CLI::App& program, const Commands& commands, Output& out, int argc, char** argv) {
  if (const auto text = described(program, argc, argv)) {
    out.write(*text);
    return kDone;
  }
  const std::string name = program.get_name();
  if (argc == 1) {
    out.complain("no command given; {} --help lists them", name);
    return kWrongUsage;
  }
  if (argv[1][0] != '-' && !is_command(program, argv[1])) {
    out.complain("there is no command '{}'; {} --help lists them", argv[1], name);
    return kWrongUsage;
  }
  parse(program, argc, argv);
  hide_secrets(argc, argv);
  out.set_command(full_name(program));
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [](const auto& each) { return each->chosen(); });
  (*command)->configure();
  return (*command)->run(out);
}

// The exit code of a command that returned `code`, once its output is written.
int end_output(Output& out, int code) {
  out.flush();
  if (out.failure().empty()) return code;
  out.complain("write to standard output: {}", out.failure());
  return kFailed;
}

}  // namespace

void Command::configure() {
  config_.read();
  for (const auto* option : required_) {
    if (option->count() == 0) throw CLI::RequiredError(option->get_name());
  }
}

CLI::Option* add_json(CLI::App& options, bool& json, std::string_view what) {
  return options.add_flag("--json", json, fmt::format("Print {}", what));
}

int run_program(CLI::App& program, const Commands& commands, OutputFailure on_failure, int argc,
                char** argv) {
  check_values(program);
  Output out(on_failure);
  out.set_command(program.get_name());
  try {
    return end_output(out, run_command(program, commands, out, argc, argv));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);
    out.set_command(full_name(program));
    return wrong_usage(out, error.what());
  } catch (const UsageError& error) {
    return wrong_usage(out, error.what());
  } catch (const OutputClosed&) {
    return kDone;
  } catch (const std::exception& error) {
    out.complain("{}", error.what());
    return kFailed;
  }
}

}  // namespace edo::cli
