#include "base/process.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/text.hpp"

namespace edo::base {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

struct Stat {
  char state = '?';
  std::int64_t start = 0;
};

// Fields 3 and 22 of /proc/PID/stat. Field 2 is the program's name in parentheses and may hold
// anything, even parentheses, so reading starts after the last one.
std::optional<Stat> read_stat(std::int64_t pid) {
  const std::string line = first_line("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  Stat stat;
  fields >> stat.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  if (!(fields >> stat.start)) return std::nullopt;
  return stat;
}

constexpr std::size_t kMaxProgram = 64;

std::string boot_id() { return first_line("/proc/sys/kernel/random/boot_id"); }

std::int64_t pid_namespace() {
  struct stat found {};
  if (stat("/proc/self/ns/pid", &found) != 0) return 0;
  return static_cast<std::int64_t>(found.st_ino);
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return admit_text(name.data(), name.size());
}

ProcessIdentity current_process() {
  ProcessIdentity process;
  process.pid = getpid();
  process.start = read_stat(process.pid).value_or(Stat{}).start;
  process.pid_namespace = pid_namespace();
  process.boot_id = boot_id();
  process.host = host_name();
  // The kernel cuts the name at 15 bytes, which may be in the middle of a character.
  process.program = admit_text(first_line("/proc/self/comm"), kMaxProgram);
  return process;
}

Life life_of(const ProcessIdentity& process) {
  const std::string boot = boot_id();
  if (boot.empty() || process.boot_id.empty()) return Life::unknown;
  if (boot != process.boot_id) return Life::gone;
  // A pid of another container means nothing here.
  if (process.pid_namespace != pid_namespace()) return Life::unknown;
  const auto stat = read_stat(process.pid);
  if (!stat || process.start == 0) {
    // It may be hidden from this user, or this process have no descriptor left to look with.
    const bool missing = kill(static_cast<pid_t>(process.pid), 0) != 0 && errno == ESRCH;
    return missing ? Life::gone : Life::unknown;
  }
  const bool ended = stat->state == 'Z' || stat->state == 'X';
  return ended || stat->start != process.start ? Life::gone : Life::alive;
}

}  // namespace edo::base
