// Does something as another user, in a process of its own.
#pragma once

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>

#include "support/skip.hpp"

namespace edo::testing {

// Two ordinary users, known to no system.
inline constexpr uid_t kAlice = 61001;
inline constexpr uid_t kMallory = 61002;

// What `work` returned, or the message of what it threw. Each user has a group of the same number;
// `also` is one more. Ends the test case as skipped where this user may not become another.
template <typename Work>
std::string as_user(uid_t user, Work&& work, gid_t also = 0) {
  if (geteuid() != 0) skip_test("only root may become another user");
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    std::string said;
    try {
      const gid_t groups[] = {also};
      if (setgroups(also == 0 ? 0 : 1, groups) != 0 || setgid(user) != 0 || setuid(user) != 0) {
        said = "cannot become another user";
      } else {
        said = work();
      }
    } catch (const std::exception& failure) {
      said = failure.what();
    }
    (void)!write(ends[1], said.data(), said.size());
    _exit(0);
  }
  close(ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? said : "killed by a signal";
}

}  // namespace edo::testing
