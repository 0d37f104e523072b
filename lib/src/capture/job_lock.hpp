// A handle is for one thread at a time; this makes the lines that we log for a job wait for each
// other. Usable in a forked child, whatever its parent's threads held.
#pragma once

#include "edo/recorder.hpp"

namespace edo::capture {

// Adds a line while no other thread does so through this function.
void log_locked(JobExecution& job, LogLevel level, std::string_view message,
                const LogLine& line) noexcept;

}  // namespace edo::capture
