// What is a reason for a person to look, in one line each that says what to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "replicator/status/centre.hpp"
#include "replicator/status/store.hpp"

namespace edo::cli {

using Concerns = std::vector<std::string>;

// What the centre has, or has not, of the store called `name`. `expected` says that the store has
// something to send, so that it should have been heard of within `silent_after`.
[[nodiscard]] Concerns concerns_at_centre(const std::string& name, const status::KnownStore& store,
                                          bool expected, base::Micros silent_after);

// What is being sent again to the centre, as one sentence; empty if nothing is.
[[nodiscard]] std::string describe(const std::optional<tables::Healing>& healing);

// The same of the store at `path`, and where the two ends do not agree.
[[nodiscard]] Concerns concerns_of(const std::string& path, const status::StoreStatus& here,
                                   const status::Centre& centre, base::Micros silent_after);

}  // namespace edo::cli
