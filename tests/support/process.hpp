// Runs a program from outside, as a person or a supervisor would: arguments, environment, standard
// streams, signals and the exit code.
#pragma once

#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edo::testing {

using Environment = std::map<std::string, std::optional<std::string>>;

struct Command {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH if it has no slash
  Environment environment = {};   // changes to this process's own; nullopt removes a variable
  std::string input = {};         // standard input; then it is closed
  std::string directory = {};     // where it runs; empty: here
  // Standard output becomes a terminal of 120 columns; what it shows arrives in Result::out.
  bool on_terminal = false;
};

struct Result {
  int exit_code = -1;  // -1 if a signal ended it
  int signal = 0;
  bool timed_out = false;  // it was killed because it took too long
  std::string out;
  std::string err;
};

inline constexpr std::chrono::seconds kPatience{60};

// Runs the command to its end; kills its process group after `timeout`.
// Throws std::runtime_error if it cannot be started.
[[nodiscard]] Result run(const Command& command, std::chrono::milliseconds timeout = kPatience);

// A program that runs beside the test. Its output is collected all the time, so it never waits for
// a reader. It leads a process group of its own, which the destructor kills.
class Process {
 public:
  explicit Process(const Command& command);
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();

  [[nodiscard]] pid_t pid() const noexcept;
  [[nodiscard]] bool running() const;

  // Sends a signal to the process alone; does nothing once it has ended.
  void kill(int signal = SIGKILL);

  // Stops it and returns once none of its threads runs any more; SIGCONT lets it go on. False if it
  // has ended.
  [[nodiscard]] bool stop();

  // Waits for its end. On timeout the group is killed and the result says so.
  Result wait(std::chrono::milliseconds timeout = kPatience);

  // Waits until `text` is in what it has written so far to standard output (or to standard error).
  // False if it ended without it or took longer than `timeout`.
  [[nodiscard]] bool wait_for_output(std::string_view text,
                                     std::chrono::milliseconds timeout = kPatience);
  [[nodiscard]] bool wait_for_error(std::string_view text,
                                    std::chrono::milliseconds timeout = kPatience);

  // What it has written so far.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace edo::testing
