// The configuration file: TOML with options that are given neither on the command line nor in the
// environment.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace edo::cli {

// The top of the file has options of all commands (store, to, schema), and the table of a command
// has its options. Both programs read the same file, so each skips the tables of the other's
// commands. Keys are the long names of options with _ for -.
class Config {
 public:
  // Adds --config FILE to the command `flags`.
  explicit Config(CLI::App& flags);

  // Fills the options from the file, if one was given. May be called again when it has changed: it
  // first clears the options that came from the file, but not the variables that they were stored
  // in. Throws CLI::ParseError, which names the file, the line and the key.
  void read();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  CLI::App& flags_;
  std::string path_;
  std::vector<CLI::Option*> filled_;
};

}  // namespace edo::cli
