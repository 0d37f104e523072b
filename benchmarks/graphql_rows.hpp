// The same telemetry in a store and at a central database, made by SQL, so that a million
// invocations take seconds.
#pragma once

#include <cstdint>
#include <string>

namespace edo::bench {

// Invocations spread evenly over the 30 days before `now` (seconds since the epoch), each with one
// event execution and one job execution; one in twenty has failed, the last ten are running.
struct Telemetry {
  std::int64_t invocations = 1'000'000;
  std::int64_t now = 0;
};

// Makes a store at `path` in which everything is shipped already.
void fill_store(const std::string& path, const Telemetry& telemetry);
// Fills the tables of a migrated central database, and brings its figures up to date.
void fill_central_database(const std::string& url, const std::string& schema,
                           const Telemetry& telemetry);

}  // namespace edo::bench
