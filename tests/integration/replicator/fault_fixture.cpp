#include "fault_fixture.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

namespace edo::testing {
namespace {

// A value of /proc/PID/status.
std::string status_of(pid_t pid, const std::string& name) {
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/status");
  const auto found = status.find("\n" + name + ":\t");
  REQUIRE(found != std::string::npos);
  return status.substr(found + name.size() + 3);
}

}  // namespace

unsigned fault_rounds(unsigned fallback) {
  const char* given = std::getenv("EDO_FAULT_ROUNDS");
  return given == nullptr ? fallback : static_cast<unsigned>(std::stoul(given));
}

void require_done(const std::vector<std::string>& arguments) {
  const Result result = run_replicator(arguments);
  CAPTURE(arguments, result.out, result.err);
  REQUIRE(result.exit_code == 0);
}

void require_conserved(const std::vector<SampleStore*>& stores, const std::string& url) {
  CHECK(query_value(url,
                    "SELECT count(*) FROM event_detector_observability.replication_inbox"
                    " WHERE state <> 'applied'") == "0");
  std::int64_t rows = 0;
  for (auto* store : stores) {
    CAPTURE(store->path());
    CHECK(store->integer("SELECT count(*) FROM outbox") == 1);
    rows += store->rows();
    require_verified(store->path(), url);
  }
  REQUIRE(rows_at(url) == rows);
  const std::string state = fingerprint(url);
  for (auto* store : stores) ship(store->path(), url);
  REQUIRE(fingerprint(url) == state);
}

long peak_memory(pid_t pid) { return std::stol(status_of(pid, "VmHWM")); }

}  // namespace edo::testing
