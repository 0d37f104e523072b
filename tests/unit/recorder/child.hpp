// Children that a test forks, to see what becomes of a recorder in them.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace edo::testing {

// Runs `work` in a child, whose exit code it gives; a child that hangs is killed.
template <typename Work>
[[nodiscard]] pid_t in_child(Work&& work) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    _exit(work());
  }
  return child;
}

// "exit 0" if all went well.
[[nodiscard]] inline std::string ending(pid_t child) {
  int status = -1;
  if (waitpid(child, &status, 0) != child) return "no such child";
  return WIFEXITED(status) ? "exit " + std::to_string(WEXITSTATUS(status))
                           : "signal " + std::to_string(WTERMSIG(status));
}

[[nodiscard]] inline bool succeeded(pid_t child) { return ending(child) == "exit 0"; }

}  // namespace edo::testing
