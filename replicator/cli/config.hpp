// The configuration file: TOML that gives options which are given neither on the command line nor
// in the environment.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace edo::cli {

// At the top of the file are options of all commands (store, to, schema); a table that is called
// like a command has options of that command. Both programs read the same file, so tables of
// commands that this program does not have are passed over. Keys are the long names of options
// with _ for -.
class Config {
 public:
  // Adds --config FILE to the command `flags`.
  explicit Config(CLI::App& flags);

  // Fills the options from the file, if one was given. May be called again when it has changed:
  // what came from the file before is forgotten first, though not what it was read into.
  // Throws CLI::ParseError naming the file, the line and the key.
  void read();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  CLI::App& flags_;
  std::string path_;
  std::vector<CLI::Option*> filled_;
};

}  // namespace edo::cli
