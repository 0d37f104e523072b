#include "base/process.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
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

bool may_be_alive(const ProcessIdentity& process) {
  const std::string boot = boot_id();
  if (boot.empty() || process.boot_id.empty()) return true;
  if (boot != process.boot_id) return false;
  // A pid of another container means nothing here.
  if (process.pid_namespace != pid_namespace()) return true;
  const auto stat = read_stat(process.pid);
  return stat && stat->state != 'Z' && stat->state != 'X' && stat->start == process.start;
}

}  // namespace edo::base
