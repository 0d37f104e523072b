// What every command of both programs is made of. Each lives in one file, which holds its options,
// its help and its --json.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tools/program/config.hpp"
#include "tools/program/output.hpp"

namespace edo::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;  // also: there are findings
inline constexpr int kWrongUsage = 2;
// Something is in the way that will pass: run again later (EX_TEMPFAIL of sysexits.h).
inline constexpr int kTryLater = 75;

// Wrong usage that the option parser cannot see; exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Command {
 public:
  // `options` belongs to the program.
  explicit Command(CLI::App* options) : options_(options), config_(*options) {}
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;

  [[nodiscard]] bool chosen() const { return options_->parsed(); }
  // Takes the options that the command line and the environment leave open from the file of
  // --config. Throws CLI::ParseError, also if one of require() is still missing.
  void configure();

  // Returns the exit code. Throws UsageError, CLI::ParseError, OutputClosed, or Error for
  // everything else.
  virtual int run(Output& out) = 0;

 protected:
  [[nodiscard]] CLI::App& options() noexcept { return *options_; }
  [[nodiscard]] Config& config() noexcept { return config_; }
  // Options that must come from the command line, the environment or the file of --config.
  void require(std::vector<const CLI::Option*> options) { required_ = std::move(options); }

 private:
  CLI::App* options_;
  Config config_;
  std::vector<const CLI::Option*> required_;
};

// --json. `what` is printed with it.
CLI::Option* add_json(CLI::App& options, bool& json, std::string_view what = "one JSON object");

// Runs the command that the command line names, and reports each failure in one line. Returns the
// exit code.
int run_program(CLI::App& program, const std::vector<std::unique_ptr<Command>>& commands,
                OutputFailure on_failure, int argc, char** argv);

}  // namespace edo::cli
