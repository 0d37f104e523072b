// The checks of edo doctor. None of them writes to the store.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "replicator/postgres/target.hpp"
#include "storage/database.hpp"

namespace edo::cli {

enum class Verdict {
  ok,
  warning,  // may pass by itself
  problem,  // needs the remedy
};

struct Check {
  std::string_view name;
  Verdict verdict = Verdict::ok;
  std::string found;
  std::string remedy = {};  // empty if there is nothing to do
};

// Checks the file system, permissions, disk space, reserve and WAL of the store at `path`. This
// process must not have the store open: closing one of its files releases all locks on it.
[[nodiscard]] std::vector<Check> check_files(const std::string& path);

// Checks whether hosts have the files at the store's paths open, and not moved ones, and finds
// foreign files beside the store. The same condition holds.
[[nodiscard]] std::vector<Check> check_places(const std::string& path);

// A hint if there is no store at the path, but remains of one; else empty.
[[nodiscard]] std::string hint_about_missing(const std::string& path);

struct CheckLimits {
  base::Micros late_after = 0;            // a change that is pending for longer is a problem
  std::chrono::milliseconds integrity{};  // time budget of the integrity check
  std::function<void(std::size_t, std::size_t)> progress = {};  // tables checked, and all tables
};

// Checks schema, integrity, outbox, shipping, recorder entries, dropped calls and clock of an open
// store. A check that fails to run is a problem.
[[nodiscard]] std::vector<Check> check_store(storage::Database& database, base::Micros now,
                                             const CheckLimits& limits);

// Checks that the central database answers and can hold all telemetry.
[[nodiscard]] Check check_central_database(const postgres::Target& target);

}  // namespace edo::cli
