// What edo doctor looks at. Nothing here writes to the store.
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
  warning,  // worth knowing; it may pass by itself
  problem,  // somebody has to do something
};

struct Check {
  std::string_view name;
  Verdict verdict = Verdict::ok;
  std::string found;
  std::string remedy = {};  // what to do; empty where there is nothing to do
};

// The file system, permissions, disk space, reserve and write-ahead log of the store at `path`,
// which this process must not have open: to close one of its files gives up all locks on it.
[[nodiscard]] std::vector<Check> check_files(const std::string& path);

// Whether the files at the store's paths are those that its hosts have open, and what else lies
// beside it that somebody has to do something with. Under the same condition.
[[nodiscard]] std::vector<Check> check_places(const std::string& path);

// What is to be known where there is no store at the path, in words; empty if nothing is.
[[nodiscard]] std::string hint_about_missing(const std::string& path);

struct CheckLimits {
  base::Micros late_after = 0;  // a change that waits for longer to be shipped is a problem
  std::chrono::milliseconds integrity{};                        // time to look for damage
  std::function<void(std::size_t, std::size_t)> progress = {};  // tables looked at, and all of them
};

// Schema, integrity, outbox, shipping, writers, losses and clock of an open store. A check that
// cannot be made is a problem.
[[nodiscard]] std::vector<Check> check_store(storage::Database& database, base::Micros now,
                                             const CheckLimits& limits);

// Whether the centre answers, and can hold all telemetry.
[[nodiscard]] Check check_centre(const postgres::Target& target);

}  // namespace edo::cli
