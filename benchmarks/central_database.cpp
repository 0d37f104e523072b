#include "benchmarks/central_database.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/migrations.hpp"

namespace edo::bench {
namespace {

const std::string kSchema{postgres::kDefaultSchema};

// Of /proc/PID/stat (proc(5)), the fields after the name.
struct Stat {
  int parent = 0;
  double own = 0;       // seconds, user and system
  double children = 0;  // of those that have ended
};

Stat read_stat(const std::filesystem::path& process) {
  std::ifstream file(process / "stat");
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 2)));
  constexpr int kParent = 4;
  constexpr int kUser = 14;
  Stat stat;
  std::string state;
  fields >> state >> stat.parent;
  std::string skipped;
  for (int i = kParent + 1; i < kUser; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  double children_user = 0;
  double children_system = 0;
  fields >> user >> system >> children_user >> children_system;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  stat.own = (user + system) / ticks;
  stat.children = (children_user + children_system) / ticks;
  return stat;
}

}  // namespace

CentralDatabase::CentralDatabase() {
  postgres::Connection connection{target()};
  (void)postgres::migrate(connection, kSchema);
  postmaster_ =
      std::stoi(connection.run("ask", "SELECT pg_read_file('postmaster.pid')").text(0, 0));
  // It would meet one contender and not another.
  connection.script("set up", "ALTER SYSTEM SET autovacuum = off");
  connection.script("set up", "SELECT pg_reload_conf()");
}

void CentralDatabase::empty() {
  postgres::Connection connection{target()};
  postgres::use_schema(connection, kSchema);
  (void)connection.run("empty",
                       "TRUNCATE invocations, event_executions, job_executions, job_logs,"
                       " replication_inbox, replication_batches, replication_stores,"
                       " metrics_stale");
  connection.script("empty", "CHECKPOINT");
}

long long CentralDatabase::count(const std::string& table) const {
  return std::stoll(testing::query_value(url(), "SELECT count(*) FROM " + kSchema + "." + table));
}

double CentralDatabase::processor_seconds() const {
  const auto postmaster = read_stat("/proc/" + std::to_string(postmaster_));
  double seconds = postmaster.own + postmaster.children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto stat = read_stat(entry.path());
    if (stat.parent == postmaster_) seconds += stat.own;
  }
  return seconds;
}

}  // namespace edo::bench
