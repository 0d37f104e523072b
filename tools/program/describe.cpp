#include "tools/program/describe.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

namespace edo::cli {
namespace {

enum class Argument { none, files, directories, words, anything };

// One option, or one argument without a name.
struct Part {
  std::vector<std::string> names;  // with their hyphens; empty: an argument without a name
  std::string label;               // the name of its value in the help
  Argument argument = Argument::none;
  std::vector<std::string> words;  // all possible values, if known
  std::string description;         // its first line
  bool repeatable = false;
};

std::vector<std::string> split(const std::string& text, const std::string& separators) {
  std::vector<std::string> parts;
  std::string part;
  for (const char each : text + separators.front()) {
    if (separators.find(each) == std::string::npos) {
      part += each;
    } else if (!part.empty()) {
      parts.push_back(std::exchange(part, {}));
    }
  }
  return parts;
}

bool is_word(const std::string& text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

// The values of a check such as CLI::IsMember, which adds "{direct,inbox}" to the name of the type,
// or of a description that is only a list: "invocations, events, jobs or logs".
std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const auto open = type.find('{');
  const auto close = type.rfind('}');
  if (open != std::string::npos && close != std::string::npos) {
    return split(type.substr(open + 1, close - open - 1), ",");
  }
  std::string list = option.get_description();
  const auto last = list.rfind(" or ");
  if (!option.get_positional() || last == std::string::npos) return {};
  list.replace(last, 4, ", ");
  std::vector<std::string> words;
  for (const auto& each : split(list, ",")) {
    words.push_back(each.starts_with(' ') ? each.substr(1) : each);
    if (!is_word(words.back())) return {};
  }
  return words;
}

Part part_of(const CLI::Option& option) {
  Part part;
  if (!option.get_positional()) {
    for (const auto& each : option.get_snames()) part.names.push_back("-" + each);
    for (const auto& each : option.get_lnames()) part.names.push_back("--" + each);
  }
  part.description = option.get_description();
  part.description.resize(std::min(part.description.find('\n'), part.description.size()));
  if (option.get_type_size() == 0) return part;
  const std::string type = option.get_type_name();
  part.words = words_of(option);
  part.label = part.words.empty() && !type.empty() ? type : "value";
  part.repeatable = option.get_expected_max() > 1;
  part.argument = !part.words.empty() ? Argument::words
                  : type == "FILE"    ? Argument::files
                  : type == "DIR"     ? Argument::directories
                                      : Argument::anything;
  return part;
}

std::vector<Part> parts_of(const CLI::App& command) {
  std::vector<Part> parts;
  for (const auto* option : command.get_options()) {
    if (!option->get_group().empty()) parts.push_back(part_of(*option));
  }
  return parts;
}

std::vector<std::string> command_names(const CLI::App& program) {
  std::vector<std::string> names;
  for (const auto* command : program.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto& part : parts_of(command)) {
    names.insert(names.end(), part.names.begin(), part.names.end());
  }
  return names;
}

// A name for shell functions.
std::string function_name(const CLI::App& program) {
  std::string name = "_" + program.get_name();
  for (char& each : name) {
    if (each == '-') each = '_';
  }
  return name;
}

std::string quoted(const std::string& text, std::string_view quote) {
  std::string out = "'";
  for (const char each : text) {
    if (each == '\'') {
      out += quote;
    } else {
      out += each;
    }
  }
  return out + "'";
}

std::string bash_words(const std::vector<std::string>& words) {
  return fmt::format("-W '{}'", fmt::join(words, " "));
}

// The arguments of compgen; nothing if any value is possible.
std::string bash_source(const Part& part) {
  switch (part.argument) {
    case Argument::files:
      return "-f";
    case Argument::directories:
      return "-d";
    case Argument::words:
      return bash_words(part.words);
    case Argument::none:
    case Argument::anything:
      break;
  }
  return "";
}

// For _arguments, where colons and brackets are delimiters.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char each : text) {
    if (std::string_view(":[]\\").find(each) != std::string_view::npos) out += '\\';
    out += each;
  }
  return out;
}

std::string zsh_value(const Part& part) {
  const std::string head = ":" + zsh_text(part.label) + ":";
  switch (part.argument) {
    case Argument::none:
      return "";
    case Argument::files:
      return head + "_files";
    case Argument::directories:
      return head + "_files -/";
    case Argument::words:
      return fmt::format("{}({})", head, fmt::join(part.words, " "));
    case Argument::anything:
      break;
  }
  return head + " ";
}

std::string zsh_arguments(const CLI::App& command, const std::string& indent) {
  std::string out = "_arguments -s";
  for (const auto& part : parts_of(command)) {
    if (part.names.empty()) {
      out += " \\\n" + indent + quoted(":" + zsh_value(part), "'\\''");
    }
    for (const auto& name : part.names) {
      const std::string value = zsh_value(part);
      const bool joined = !value.empty() && name.starts_with("--");
      out += " \\\n" + indent +
             quoted((part.repeatable ? "*" : "") + name + (joined ? "=" : "") + "[" +
                        zsh_text(part.description) + "]" + value,
                    "'\\''");
    }
  }
  return out;
}

std::string fish_text(const std::string& text) {
  std::string out;
  for (const char each : text) {
    if (each == '\\') out += '\\';
    out += each;
  }
  return quoted(out, "\\'");
}

std::string fish_value(const Part& part) {
  switch (part.argument) {
    case Argument::none:
      return "";
    case Argument::files:
      return " -r -F";
    case Argument::directories:
      return " -x -a '(__fish_complete_directories)'";
    case Argument::words:
      return fmt::format(" -x -a '{}'", fmt::join(part.words, " "));
    case Argument::anything:
      break;
  }
  return " -x";
}

std::string fish_lines(const CLI::App& command, const std::string& head) {
  std::string out;
  for (const auto& part : parts_of(command)) {
    std::string names;
    for (const auto& name : part.names) {
      names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    std::string value = fish_value(part);
    // An argument without a name stands where an option's value would.
    if (names.empty() && value.starts_with(" -x")) value = value.substr(3);
    if (names.empty() && part.argument == Argument::files) value = " -F";
    if (names.empty() && value.empty()) continue;
    out += fmt::format("{}{}{} -d {}\n", head, names, value, fish_text(part.description));
  }
  return out;
}

}  // namespace

std::optional<std::string> described(const CLI::App& program, int argc, const char* const* argv) {
  if (argc != 3 || std::string_view(argv[1]) != "describe") return std::nullopt;
  const std::string_view form = argv[2];
  if (form == "man") return manual_page(program);
  if (form == "bash") return bash_completion(program);
  if (form == "zsh") return zsh_completion(program);
  if (form == "fish") return fish_completion(program);
  return std::nullopt;
}

std::string bash_completion(const CLI::App& program) {
  const std::string name = program.get_name();
  const std::string function = function_name(program);
  std::string values;
  std::string rest;
  for (const auto* command : program.get_subcommands({})) {
    std::string unnamed;
    for (const auto& part : parts_of(*command)) {
      const std::string source = bash_source(part);
      if (part.names.empty()) {
        unnamed = source;
      } else if (part.argument != Argument::none) {
        std::vector<std::string> cases;
        for (const auto& each : part.names) cases.push_back(command->get_name() + ":" + each);
        values += fmt::format("    {})\n", fmt::join(cases, " | "));
        values += source.empty() ? "" : fmt::format("      {}_offer {}\n", function, source);
        values += "      return ;;\n";
      }
    }
    rest += fmt::format("    {}:-*) {}_offer {} ;;\n", command->get_name(), function,
                        bash_words(option_names(*command)));
    if (!unnamed.empty()) {
      rest += fmt::format("    {}:*) {}_offer {} ;;\n", command->get_name(), function, unnamed);
    }
  }
  std::vector<std::string> first = command_names(program);
  for (const auto& each : option_names(program)) first.push_back(each);
  return fmt::format(R"(# Completion of {name} for bash, made from its options.

{function}_offer() {{
  case $1 in -f | -d) compopt -o filenames 2>/dev/null ;; esac
  mapfile -t COMPREPLY < <(compgen "$@" -- "$current")
}}

{function}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
  COMPREPLY=()
  # Bash makes three words of --name=value.
  if [[ $current == = ]]; then
    current=''
  elif [[ $before == = ]]; then
    before=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  if [[ $COMP_CWORD -eq 1 ]]; then
    {function}_offer {first}
    return
  fi
  case ${{COMP_WORDS[1]}}:$before in
{values}  esac
  case ${{COMP_WORDS[1]}}:$current in
{rest}  esac
}}

complete -F {function} {name}
)",
                     fmt::arg("name", name), fmt::arg("function", function),
                     fmt::arg("first", bash_words(first)), fmt::arg("values", values),
                     fmt::arg("rest", rest));
}

std::string zsh_completion(const CLI::App& program) {
  const std::string function = function_name(program);
  std::string commands;
  std::string cases;
  for (const auto* command : program.get_subcommands({})) {
    commands += "        " +
                quoted(zsh_text(command->get_name()) + ":" + command->get_description(), "'\\''") +
                "\n";
    cases += fmt::format("        {})\n          {} ;;\n", command->get_name(),
                         zsh_arguments(*command, "            "));
  }
  return fmt::format(
      R"(#compdef {name}
# Completion of {name} for zsh, made from its options.

{function}() {{
  local context state state_descr line
  typeset -A opt_args
  {options} \
    '1:command:->command' \
    '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
{commands}      )
      _describe command commands ;;
    argument)
      case $words[1] in
{cases}      esac ;;
  esac
}}

{function} "$@"
)",
      fmt::arg("name", program.get_name()), fmt::arg("function", function),
      fmt::arg("options", "_arguments -C" + zsh_arguments(program, "    ").substr(13)),
      fmt::arg("commands", commands), fmt::arg("cases", cases));
}

std::string fish_completion(const CLI::App& program) {
  const std::string complete = "complete -c " + program.get_name();
  std::string out = fmt::format("# Completion of {} for fish, made from its options.\n\n{} -f\n",
                                program.get_name(), complete);
  out += fish_lines(program, complete + " -n __fish_use_subcommand");
  for (const auto* command : program.get_subcommands({})) {
    out += fmt::format("\n{} -n __fish_use_subcommand -a {} -d {}\n", complete, command->get_name(),
                       fish_text(command->get_description()));
    out += fish_lines(*command, fmt::format("{} -n '__fish_seen_subcommand_from {}'", complete,
                                            command->get_name()));
  }
  return out;
}

}  // namespace edo::cli
