// What the fault tests share: the conservation oracle, and how hard to test.
#pragma once

#include <string>
#include <vector>

#include "fixture.hpp"

namespace edo::testing {

// $EDO_FAULT_ROUNDS, or `fallback`.
[[nodiscard]] unsigned fault_rounds(unsigned fallback);

// Runs edo-replicator and requires that it succeeds.
void require_done(const std::vector<std::string>& arguments);

// Requires of stores with no rows in common that nothing is waiting in them or in the inbox, that
// the central database has each of their rows, equal, and no others, and that shipping again
// changes nothing.
void require_conserved(const std::vector<SampleStore*>& stores, const std::string& url);

// What the process has ever had in memory at once, in KiB.
[[nodiscard]] long peak_memory(pid_t pid);

}  // namespace edo::testing
