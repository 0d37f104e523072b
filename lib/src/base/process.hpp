// Identifies a process: its pid alone is used again after a while, and at once after a reboot.
#pragma once

#include <cstdint>
#include <string>

namespace edo::base {

struct ProcessIdentity {
  std::int64_t pid = 0;
  std::int64_t start = 0;          // clock ticks since boot (proc(5), /proc/PID/stat field 22)
  std::int64_t pid_namespace = 0;  // inode of /proc/self/ns/pid
  std::string boot_id;             // /proc/sys/kernel/random/boot_id
  std::string host;
  std::string program;
};

// This process. What the system does not tell (no /proc) is left empty or zero.
[[nodiscard]] ProcessIdentity current_process();

enum class Life {
  alive,
  gone,     // another boot, or a pid of our own namespace that does not exist, is a zombie, or
            // started at another time
  unknown,  // it is in another namespace, or the system does not tell
};

[[nodiscard]] Life life_of(const ProcessIdentity& process);

// The host's name, or "unknown".
[[nodiscard]] std::string host_name();

}  // namespace edo::base
