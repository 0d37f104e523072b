#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tools/program/describe.hpp"

namespace edo::cli {
namespace {

std::string upper(std::string text) {
  for (char& each : text) {
    if (each >= 'a' && each <= 'z') each = static_cast<char>(each - 'a' + 'A');
  }
  return text;
}

std::vector<std::string> lines_of_text(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
  }
  return lines;
}

// Escapes text for roff. Otherwise a hyphen becomes a dash that cannot be copied into a shell, and
// a line that begins with a period or an apostrophe is a request.
std::string roff(const std::string& text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) out += "\\&";
  for (const char each : text) {
    if (each == '\\') {
      out += "\\e";
    } else if (each == '-') {
      out += "\\-";
    } else {
      out += each;
    }
  }
  return out;
}

// The indentation of examples in footers; deeper indentation is a table.
constexpr std::size_t kIndent = 2;

// Fills paragraphs; indented lines are examples and stay as they are.
std::string body(const std::string& text) {
  std::string out;
  bool example = false;
  for (const auto& line : lines_of_text(text)) {
    const bool indented = line.starts_with(' ');
    if (indented != example) out += indented ? ".PP\n.RS 4\n.EX\n" : ".EE\n.RE\n";
    example = indented;
    if (line.empty()) {
      out += ".PP\n";
    } else {
      out += roff(indented ? line.substr(std::min(line.find_first_not_of(' '), kIndent)) : line) +
             "\n";
    }
  }
  return out + (example ? ".EE\n.RE\n" : "");
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string joined_names(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const auto& each : option.get_snames()) names.push_back(bold("-" + each));
  for (const auto& each : option.get_lnames()) names.push_back(bold("--" + each));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string names_of(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  names.reserve(options.size());
  for (const auto* each : options) names.push_back(bold(each->get_name()));
  // CLI11 orders them by address.
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string entry(const CLI::Option& option) {
  std::string out = ".TP\n";
  if (option.get_positional()) {
    out += italic(upper(option.get_name(true, false)));
  } else {
    out += joined_names(option);
    if (option.get_type_size() != 0) out += " " + italic(option.get_type_name());
  }
  out += "\n";
  for (const auto& line : lines_of_text(option.get_description())) out += roff(line) + "\n";
  const auto note = [&](const std::string& text) { out += ".br\n" + text + "\n"; };
  if (!option.get_default_str().empty()) note("Default: " + roff(option.get_default_str()));
  if (!option.get_envname().empty()) note("Environment: " + bold(option.get_envname()));
  if (!option.get_needs().empty()) note("Only with " + names_of(option.get_needs()));
  if (!option.get_excludes().empty()) note("Not with " + names_of(option.get_excludes()));
  return out;
}

std::string usage(const CLI::App& program, const CLI::App& command) {
  std::string line =
      bold(program.get_name() + " " + command.get_name()) + " [" + italic("OPTIONS") + "]";
  for (const auto* option : command.get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = italic(upper(option->get_name(true, false)));
    line += option->get_required() ? " " + name : " [" + name + "]";
  }
  return line + "\n";
}

}  // namespace

std::string manual_page(const CLI::App& program) {
  const std::string name = program.get_name();
  const auto commands = program.get_subcommands({});
  std::string out =
      fmt::format(".TH {} 1 \"\" \"event-detector-observability {}\" \"User Commands\"\n",
                  roff(upper(name)), EDO_VERSION);
  out += fmt::format(".SH NAME\n{} \\- {}\n.SH SYNOPSIS\n", roff(name),
                     roff(program.get_description()));
  for (const auto* command : commands) {
    out += (command == commands.front() ? "" : ".br\n") + usage(program, *command);
  }
  out += ".SH DESCRIPTION\n" + body(program.get_footer());
  out += ".SH OPTIONS\n";
  for (const auto* option : program.get_options()) out += entry(*option);
  out += ".SH COMMANDS\n";
  for (const auto* command : commands) {
    out +=
        fmt::format(".SS {}\n{}", roff(name + " " + command->get_name()), usage(program, *command));
    out += ".PP\n" + roff(command->get_description()) + "\n";
    for (const auto* option : command->get_options()) out += entry(*option);
    if (!command->get_footer().empty()) out += ".PP\n" + body(command->get_footer());
  }
  return out;
}

}  // namespace edo::cli
