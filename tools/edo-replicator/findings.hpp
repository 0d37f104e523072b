// The findings of status: one line each, with the remedy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "replicator/status/central_database.hpp"
#include "replicator/status/store.hpp"

namespace edo::cli {

using Findings = std::vector<std::string>;

// Findings about the store called `name`, from the central database alone. With `expected` the
// store has something to send, so silence for longer than `silent_after` and than its rhythm allows
// is a finding.
[[nodiscard]] Findings central_findings(const std::string& name, const status::KnownStore& store,
                                        bool expected, base::Micros silent_after);

// The state of healing as one sentence; empty if there is none.
[[nodiscard]] std::string describe(const std::optional<tables::Healing>& healing);

// Findings about the store at `path`, from both ends, and where they disagree.
[[nodiscard]] Findings store_findings(const std::string& path, const status::StoreStatus& here,
                                      const status::CentralDatabase& central,
                                      base::Micros silent_after);

}  // namespace edo::cli
