#include "replicator/ship/maintenance.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/migrations.hpp"

namespace edo::shipping {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::minutes kStatementTimeout{4};
constexpr int kRest = 4;  // a pause is so many times as long as the portion before it
// If the next portion is further away than this, the connection is closed until then.
constexpr milliseconds kKeepsConnection{1000};
constexpr std::chrono::minutes kOnceTimeLimit{1};
constexpr int kFailuresOnce = 6;  // of one task; an hour is skipped after three

// A task in portions of hours, batches or dead letters. The first portion is small, and each may be
// twice as large as the one before it. So the newest hour is done by itself, and an hour that keeps
// failing is soon alone in its portion. Then it is skipped until the others are done.
struct Task {
  std::string name;
  std::string operation;
  int first;
  int longest;
  int most = first;
  int passed_over = 0;
  steady_clock::time_point due{};

  // Returns true if there may be more to do.
  bool succeeded(int done) {
    const bool more = done == most;
    most = more ? std::min(2 * most, longest) : first;
    if (!more) passed_over = 0;
    return more;
  }
  void failed() {
    if (most == first) ++passed_over;
    most = first;
  }
};

using Tasks = std::array<Task, 4>;

// A portion takes some seconds at most: maintenance_task() limits hours, 100 batches have 6 GB, and
// each dead letter is one lookup in an index.
Tasks all_tasks() {
  return {{{"metrics_hourly", "refresh metrics_hourly at", 1, 1000},
           {"inbox", "delete applied batches at", 100, 100},
           {"dead_letters", "delete superseded dead letters at", 10'000, 10'000},
           {"dashboard_stats", "refresh dashboard_stats at", 1, 1}}};
}

Error maintenance_error(ErrorKind kind, std::string_view what) {
  return {kind, "maintenance: " + std::string(what)};
}

postgres::Connection connect(const MaintenanceOptions& options, const Stop& stop) {
  postgres::ConnectOptions how;
  how.stop_descriptor = stop.descriptor();
  how.stop_grace = options.stop_grace;
  how.writes = true;
  how.statement_timeout = kStatementTimeout;
  try {
    postgres::Connection connection(options.target, how);
    postgres::use_schema(connection, options.schema);
    return connection;
  } catch (const Error& error) {
    throw maintenance_error(error.kind(), error.what());
  }
}

// Does a portion. Returns true if there may be more to do at once.
bool do_portion(postgres::Connection& connection, Task& task, milliseconds keep_applied) {
  try {
    const auto result = connection.run(
        task.operation, "SELECT maintenance_task($1, $2, $3, $4 * interval '1 millisecond')",
        postgres::Parameters()
            .text(task.name)
            .integer(task.most)
            .integer(task.passed_over)
            .integer(keep_applied.count()));
    // Null: another session does this task.
    return !result.is_null(0, 0) && task.succeeded(static_cast<int>(result.integer(0, 0)));
  } catch (const Error& error) {
    task.failed();
    throw maintenance_error(error.kind(), error.what());
  }
}

}  // namespace

class Maintenance::Work {
 public:
  Work(MaintenanceOptions options, std::function<void(const MaintenanceFailure&)> on_failure)
      : options_(std::move(options)), on_failure_(std::move(on_failure)) {
    thread_ = std::thread([this] { run(); });
  }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  ~Work() {
    ending_.request();
    thread_.join();
  }

 private:
  void run() {
    while (!ending_.requested()) {
      try {
        round();
      } catch (const Error& error) {
        postpone(error);
      } catch (const std::exception& error) {
        postpone(maintenance_error(ErrorKind::io, error.what()));
      }
      const auto pause = next() - steady_clock::now();
      if (pause > kKeepsConnection) connection_.reset();
      (void)ending_.wait_for(std::chrono::ceil<milliseconds>(pause));
    }
  }

  void round() {
    for (auto& task : tasks_) {
      if (ending_.requested() || steady_clock::now() < task.due) continue;
      if (!connection_ || !connection_->is_open()) connection_.emplace(connect(options_, ending_));
      reported_.erase("");
      attempt(task);
    }
  }

  void attempt(Task& task) {
    const auto began = steady_clock::now();
    const auto took = [&] { return std::chrono::ceil<milliseconds>(steady_clock::now() - began); };
    try {
      const bool more = do_portion(*connection_, task, options_.keep_applied);
      task.due = steady_clock::now() + (more ? took() : rest(took()));
      if (!more && task.passed_over == 0) reported_.erase(task.name);
    } catch (const Error& error) {
      const auto pause = rest(took());
      task.due = steady_clock::now() + pause;
      report(task.name, error, pause);
    }
  }

  // Without a connection no task can be done.
  void postpone(const Error& error) {
    connection_.reset();
    for (auto& task : tasks_) {
      task.due = std::max(task.due, steady_clock::now() + options_.interval);
    }
    report({}, error, options_.interval);
  }

  void report(const std::string& subject, const Error& error, milliseconds pause) {
    if (ending_.requested()) return;
    const bool is_new = std::exchange(reported_[subject], error.what()) != error.what();
    on_failure_({error, pause, is_new});
  }

  [[nodiscard]] milliseconds rest(milliseconds took) const {
    return std::max(options_.interval, kRest * took);
  }

  [[nodiscard]] steady_clock::time_point next() const {
    return std::min_element(tasks_.begin(), tasks_.end(),
                            [](const Task& a, const Task& b) { return a.due < b.due; })
        ->due;
  }

  const MaintenanceOptions options_;
  const std::function<void(const MaintenanceFailure&)> on_failure_;
  Stop ending_;
  // Used by the thread alone.
  Tasks tasks_ = all_tasks();
  std::optional<postgres::Connection> connection_;
  std::map<std::string, std::string> reported_;  // the last failure of each task; "": of connecting
  std::thread thread_;
};

Maintenance::Maintenance(MaintenanceOptions options,
                         std::function<void(const MaintenanceFailure&)> on_failure)
    : work_(std::make_unique<Work>(std::move(options), std::move(on_failure))) {}

Maintenance::~Maintenance() = default;

void maintain_once(const MaintenanceOptions& options, const Stop& stop) {
  const auto until = steady_clock::now() + kOnceTimeLimit;
  auto connection = connect(options, stop);
  std::optional<Error> first;
  for (auto& task : all_tasks()) {
    bool more = true;
    for (int failures = 0; more && failures < kFailuresOnce && connection.is_open();) {
      try {
        more = do_portion(connection, task, options.keep_applied);
      } catch (const Error& error) {
        ++failures;
        if (!first) first = error;
      }
      if (steady_clock::now() >= until) break;
    }
  }
  if (first) throw *first;
}

}  // namespace edo::shipping
