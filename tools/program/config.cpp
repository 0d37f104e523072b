#include "tools/program/config.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

namespace edo::cli {
namespace {

constexpr std::array<std::string_view, 3> kShared = {"store", "to", "schema"};
// The commands of both programs.
constexpr std::array<std::string_view, 25> kCommands = {
    "migrate", "run",   "apply", "export", "import", "inspect", "status", "verify", "requeue",
    "reship",  "adopt", "init",  "demo",   "ls",     "show",    "tail",   "stats",  "sql",
    "doctor",  "prune", "serve", "backup", "rotate", "restore", "version"};

template <typename Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void fail(const std::string& path, const toml::node& at, const std::string& what) {
  throw CLI::ValidationError(path + ":" + std::to_string(at.source().begin.line), what);
}

// The value as on the command line; nothing if options cannot have such a value.
std::optional<std::string> as_text(const toml::node& value) {
  if (const auto* text = value.as_string()) return text->get();
  if (const auto* number = value.as_integer()) return std::to_string(number->get());
  if (const auto* flag = value.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

toml::table parse(const std::string& path) {
  // Otherwise it would read like an empty file.
  if (std::filesystem::is_directory(path)) {
    throw CLI::ValidationError("--config", path + " is a directory; name a file");
  }
  try {
    return toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    throw CLI::ValidationError(path + ":" + std::to_string(error.source().begin.line),
                               std::string(error.description()));
  }
}

}  // namespace

Config::Config(CLI::App& flags) : flags_(flags) {
  flags.add_option("--config", path_, "TOML file with options; see docs/cli.md")
      ->type_name("FILE")
      ->configurable(false);
}

void Config::read() {
  for (auto* option : filled_) option->clear();
  filled_.clear();
  if (path_.empty()) return;
  const auto fill = [&](const toml::key& key, const toml::node& value, bool must_exist) {
    std::string name = "--" + std::string(key.str());
    std::replace(name.begin(), name.end(), '_', '-');
    auto* option = flags_.get_option_no_throw(name);
    if (option == nullptr || !option->get_configurable()) {
      if (!must_exist) return;
      fail(path_, value,
           "\"" + std::string(key.str()) + "\" is not an option of " + flags_.get_name());
    }
    const bool from_file = std::find(filled_.begin(), filled_.end(), option) != filled_.end();
    if (option->count() > 0 && !from_file) return;
    // A command's table comes after the top of the file, and overrides it.
    option->clear();
    toml::array one;
    if (!value.is_array()) one.push_back(value);
    for (const auto& element : value.is_array() ? *value.as_array() : one) {
      const auto text = as_text(element);
      if (!text) fail(path_, value, name + " takes text, a number, true or false");
      option->add_result(*text);
    }
    if (option->count() == 0) return;
    try {
      option->run_callback();
    } catch (const CLI::ParseError& error) {
      fail(path_, value, error.what());
    }
    if (!from_file) filled_.push_back(option);
  };

  const toml::table file = parse(path_);
  for (const auto& [key, value] : file) {
    if (value.is_table()) {
      if (!contains(kCommands, key.str())) {
        fail(path_, value, "there is no command \"" + std::string(key.str()) + "\"");
      }
    } else if (contains(kShared, key.str())) {
      fill(key, value, false);
    } else {
      fail(path_, value,
           "\"" + std::string(key.str()) + "\" belongs in the table of a command, such as [run]");
    }
  }
  if (const auto* own = file[flags_.get_name()].as_table()) {
    for (const auto& [key, value] : *own) fill(key, value, true);
  }
}

}  // namespace edo::cli
