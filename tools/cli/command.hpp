// What every command of edo is made of. Each lives in one file, which holds its options, its help
// and its --json.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "cli/output.hpp"
#include "replicator/cli/config.hpp"

namespace edo::cli {

// Wrong usage that the option parser cannot see; exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Command {
 public:
  explicit Command(CLI::App* options) : options_(options), config_(*options) {}
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;

  [[nodiscard]] bool chosen() const { return options_->parsed(); }
  // Takes what the command line and the environment left open from the file of --config. Throws
  // CLI::ParseError.
  void configure() { config_.read(); }

  // Does what was asked for. Throws UsageError, OutputClosed, or Error for everything else.
  virtual void run(Output& out) = 0;

 protected:
  [[nodiscard]] CLI::App& options() noexcept { return *options_; }

 private:
  CLI::App* options_;  // belongs to the program
  Config config_;
};

inline constexpr const char* kMakeGroup = "Create a store";
inline constexpr const char* kLookGroup = "Query a store";
inline constexpr const char* kKeepGroup = "Maintain a store";
inline constexpr const char* kAboutGroup = "About";

// Adds --store, whose default is $EDO_STORE or telemetry.db in the current directory.
inline void add_store_option(CLI::App& options, std::string& store) {
  options.add_option("--store", store, "The store file")
      ->envname("EDO_STORE")
      ->type_name("FILE")
      ->capture_default_str();
}

inline constexpr const char* kDefaultStore = "telemetry.db";

// Each adds its command to the program.
[[nodiscard]] std::unique_ptr<Command> add_init(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_demo(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_ls(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_show(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_sql(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_tail(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_stats(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_doctor(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_prune(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_vacuum(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_rotate(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_backup(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_restore(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_serve(CLI::App& program);
[[nodiscard]] std::unique_ptr<Command> add_version(CLI::App& program);

}  // namespace edo::cli
