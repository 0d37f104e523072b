// What recording costs: each way of writing the same log line takes turns in one run, so that a
// noisy machine is noisy for all of them.
//
//   bare     raw SQLite, one table without indexes, one commit a row
//   by hand  raw SQLite, our schema with its indexes and triggers, one commit a row
//   edo      JobExecution::log
//
// `record_bench slow` has a disk that takes its time, for the longest call, the log and the end.
//
// `record_bench tails` needs a run of its own: the slowest calls of a long stretch without a pause,
// by hand without any checkpoint and through a recorder that keeps its bounds.
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "edo/recorder.hpp"
#include "schemas/schemas.hpp"
#include "storage/database.hpp"
#include "support/fault_vfs.hpp"

namespace {

using Latencies = std::vector<float>;  // µs
using Clock = std::chrono::steady_clock;

constexpr std::string_view kMessage = "charged the card of customer 4711 with 12.30 EUR";
constexpr std::string_view kData = R"({"amount":12.3,"currency":"EUR"})";
constexpr const char* kBareTable =
    "CREATE TABLE job_logs (id TEXT, job_execution_id TEXT, invocation_id TEXT, created_at TEXT,"
    " sequence INTEGER, level TEXT, message TEXT, data TEXT, source TEXT, line_number INTEGER)";
constexpr const char* kInsert =
    "INSERT INTO job_logs (id, job_execution_id, invocation_id, created_at, sequence, level,"
    " message, data, source, line_number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

// One way of recording a log line.
class Contender {
 public:
  virtual ~Contender() = default;
  virtual void record() = 0;
  // Work that is not to be measured, between two rounds.
  virtual void between_rounds() {}
};

void require(bool ok, sqlite3* database) {
  if (!ok) throw std::runtime_error(sqlite3_errmsg(database));
}

// The same row through SQLite's C interface, with statements kept and values bound without copies.
class ByHand final : public Contender {
 public:
  ByHand(const std::string& path, const std::string& schema) {
    require(sqlite3_open(path.c_str(), &database_) == SQLITE_OK, database_);
    const std::string sql =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;" +
        schema;
    require(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK,
            database_);
    require(sqlite3_prepare_v2(database_, kInsert, -1, &insert_, nullptr) == SQLITE_OK, database_);
  }
  ByHand(const ByHand&) = delete;
  ByHand& operator=(const ByHand&) = delete;
  ~ByHand() override {
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
  }

  void record() override {
    const std::string id = edo::base::to_string(edo::base::new_uuid());
    const std::string now = edo::base::format_timestamp(edo::base::Clock::system().now());
    bind(1, id);
    bind(2, job_);
    bind(3, invocation_);
    bind(4, now);
    sqlite3_bind_int64(insert_, 5, ++sequence_);
    bind(6, "info");
    bind(7, kMessage);
    bind(8, kData);
    require(sqlite3_step(insert_) == SQLITE_DONE, database_);
    sqlite3_reset(insert_);
    sqlite3_clear_bindings(insert_);
  }

  // The log keeps its length, as the recorder's does: to make a file longer costs more than to
  // write in it.
  void between_rounds() override {
    sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  }

 private:
  void bind(int parameter, std::string_view text) {
    sqlite3_bind_text(insert_, parameter, text.data(), static_cast<int>(text.size()),
                      SQLITE_STATIC);
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  const std::string job_ = edo::base::to_string(edo::base::new_uuid());
  const std::string invocation_ = edo::base::to_string(edo::base::new_uuid());
  std::int64_t sequence_ = 0;
};

edo::Options recorder_options(const std::string& path) {
  edo::Options options;
  options.store = path;
  // What is measured is the wait, not what happens after it.
  options.busy_timeout = std::chrono::seconds(30);
  options.on_error = [](const edo::Error& error) { fmt::print(stderr, "{}\n", error.what()); };
  return options;
}

class Edo final : public Contender {
 public:
  explicit Edo(std::shared_ptr<edo::Recorder> recorder, bool may_queue = false)
      : recorder_(std::move(recorder)), may_queue_(may_queue) {
    invocation_ = recorder_->start_invocation({.source_function = "bench"});
    event_ = invocation_.start_event({.event_name = "bench"});
    (void)event_.detected();
    job_ = event_.start_job({.job_name = "bench"});
  }
  ~Edo() override {
    (void)job_.complete();
    (void)event_.complete();
    (void)invocation_.complete();
  }

  void record() override {
    const auto outcome = job_.log(edo::LogLevel::info, kMessage, {.data = kData});
    if (outcome == edo::Outcome::stored || (may_queue_ && outcome == edo::Outcome::queued)) return;
    throw std::runtime_error("a call was not stored at once");
  }

 private:
  std::shared_ptr<edo::Recorder> recorder_;
  const bool may_queue_;
  edo::Invocation invocation_;
  edo::EventExecution event_;
  edo::JobExecution job_;
};

std::string our_schema() {
  std::string sql;
  for (const auto& migration : edo::schemas::sqlite()) sql += migration.sql;
  return sql;
}

float percentile(Latencies& latencies, double fraction) {
  const auto at = static_cast<std::ptrdiff_t>(fraction * static_cast<double>(latencies.size() - 1));
  std::nth_element(latencies.begin(), latencies.begin() + at, latencies.end());
  return latencies[static_cast<std::size_t>(at)];
}

void measure(Contender& contender, std::size_t calls, Latencies& latencies) {
  for (std::size_t i = 0; i < calls; ++i) {
    const auto began = Clock::now();
    contender.record();
    latencies.push_back(std::chrono::duration<float, std::micro>(Clock::now() - began).count());
  }
}

struct Row {
  std::string name;
  Latencies latencies;
  double seconds = 0;
};

class Table {
 public:
  explicit Table(bool json) : json_(json) {
    if (!json_) {
      fmt::print("{:<44}{:>9}{:>9}{:>10}{:>11}{:>10}\n", "", "p50 µs", "p99 µs", "p99.9 µs",
                 "rows/s", "× first");
    }
  }

  void add(Row row) {
    const float p50 = percentile(row.latencies, 0.5);
    const float p99 = percentile(row.latencies, 0.99);
    const float p999 = percentile(row.latencies, 0.999);
    const double rate = static_cast<double>(row.latencies.size()) / row.seconds;
    if (first_ == 0) first_ = p50;
    if (json_) {
      fmt::print("{}\n", nlohmann::json{{"name", row.name},
                                        {"p50_us", p50},
                                        {"p99_us", p99},
                                        {"p999_us", p999},
                                        {"rows_per_second", rate},
                                        {"ratio", p50 / first_}}
                             .dump());
    } else {
      fmt::print("{:<44}{:>9.1f}{:>9.1f}{:>10.1f}{:>11.0f}{:>10.2f}\n", row.name, p50, p99, p999,
                 rate, p50 / first_);
    }
  }

 private:
  bool json_;
  float first_ = 0;
};

// Medians: short rounds in turn, so that whatever else the machine does meets all of them alike.
void bench_rows(const std::string& folder, std::size_t rounds, bool json) {
  constexpr std::size_t kCalls = 400;
  std::vector<std::pair<std::string, std::unique_ptr<Contender>>> contenders;
  contenders.emplace_back("bare table", std::make_unique<ByHand>(folder + "/bare.db", kBareTable));
  contenders.emplace_back("our schema, by hand",
                          std::make_unique<ByHand>(folder + "/hand.db", our_schema()));
  contenders.emplace_back(
      "our schema, edo",
      std::make_unique<Edo>(std::make_shared<edo::Recorder>(recorder_options(folder + "/edo.db"))));
  std::vector<Row> rows(contenders.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      const auto began = Clock::now();
      measure(*contenders[i].second, kCalls, rows[i].latencies);
      rows[i].seconds += std::chrono::duration<double>(Clock::now() - began).count();
      contenders[i].second->between_rounds();
    }
  }
  Table table(json);
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    rows[i].name = contenders[i].first;
    table.add(std::move(rows[i]));
  }
}

// Runs `body(index)` in `count` threads and gathers what they measured.
Row in_threads(const std::string& name, int count,
               const std::function<void(int, Latencies&)>& body) {
  std::vector<Latencies> parts(static_cast<std::size_t>(count));
  const auto began = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] { body(i, parts[static_cast<std::size_t>(i)]); });
    }
  }
  Row row{name, {}, std::chrono::duration<double>(Clock::now() - began).count()};
  for (const auto& part : parts)
    row.latencies.insert(row.latencies.end(), part.begin(), part.end());
  return row;
}

// The same in child processes, which write what they measured to files.
Row in_processes(const std::string& name, int count, const std::string& folder,
                 const std::function<void(int, Latencies&)>& body) {
  const auto began = Clock::now();
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      Latencies latencies;
      body(i, latencies);
      std::ofstream(fmt::format("{}/part{}", folder, i), std::ios::binary)
          .write(reinterpret_cast<const char*>(latencies.data()),
                 static_cast<std::streamsize>(latencies.size() * sizeof(float)));
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) throw std::runtime_error("a child process failed");
  }
  Row row{name, {}, std::chrono::duration<double>(Clock::now() - began).count()};
  for (int i = 0; i < count; ++i) {
    const std::string path = fmt::format("{}/part{}", folder, i);
    Latencies part(std::filesystem::file_size(path) / sizeof(float));
    std::ifstream(path, std::ios::binary)
        .read(reinterpret_cast<char*>(part.data()),
              static_cast<std::streamsize>(part.size() * sizeof(float)));
    row.latencies.insert(row.latencies.end(), part.begin(), part.end());
  }
  return row;
}

void bench_crowd(const std::string& folder, std::size_t calls, bool json) {
  Table table(json);
  for (const int count : {1, 4}) {
    auto shared = std::make_shared<edo::Recorder>(
        recorder_options(fmt::format("{}/threads{}.db", folder, count)));
    table.add(in_threads(fmt::format("edo, {} thread(s), one recorder", count), count,
                         [&](int, Latencies& latencies) {
                           Edo contender(shared);
                           measure(contender, calls, latencies);
                         }));
  }
  for (const int count : {1, 4}) {
    const std::string path = fmt::format("{}/processes{}.db", folder, count);
    table.add(in_processes(fmt::format("edo, {} process(es), one file", count), count, folder,
                           [&](int, Latencies& latencies) {
                             Edo contender(std::make_shared<edo::Recorder>(recorder_options(path)));
                             measure(contender, calls, latencies);
                           }));
  }
}

std::uint64_t file_size(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? static_cast<std::uint64_t>(found.st_size) : 0;
}

// The slow end: alternating long stretches at full speed. The store of the recorder may have a
// replicator beside it, started by the caller.
void bench_tails(const std::string& folder, const std::string& store, std::size_t calls,
                 bool json) {
  constexpr int kStretches = 5;
  const std::string path = store.empty() ? folder + "/edo.db" : store;
  auto recorder = std::make_shared<edo::Recorder>(recorder_options(path));
  ByHand hand(folder + "/hand.db", our_schema());
  Edo contender(recorder);
  Row by_hand{"by hand, no checkpoint at all", {}, 0};
  Row ours{"edo, log bounded", {}, 0};
  std::uint64_t largest_wal = 0;
  for (int stretch = 0; stretch < kStretches; ++stretch) {
    auto began = Clock::now();
    measure(hand, calls, by_hand.latencies);
    by_hand.seconds += std::chrono::duration<double>(Clock::now() - began).count();
    hand.between_rounds();
    began = Clock::now();
    measure(contender, calls, ours.latencies);
    ours.seconds += std::chrono::duration<double>(Clock::now() - began).count();
    largest_wal = std::max(largest_wal, file_size(path + "-wal"));
  }
  Table table(json);
  table.add(std::move(by_hand));
  table.add(std::move(ours));
  if (json) {
    fmt::print("{}\n",
               nlohmann::json{{"name", "largest -wal file"}, {"bytes", largest_wal}}.dump());
  } else {
    fmt::print("largest -wal file {:.1f} MB\n", static_cast<double>(largest_wal) / (1 << 20));
  }
}

// A disk whose syncs take long, and which does 500 operations in a second: a host that records at a
// steady pace, and one at full speed.
void bench_slow(const std::string& folder, std::chrono::seconds time, bool json) {
  constexpr int kOperations = 500;
  constexpr int kPerSecond = 200;
  if (!json) {
    fmt::print("{:>6} {:>10} {:>12} {:>12} {:>12} {:>12} {:>10} {:>8}\n", "sync", "durability",
               "pace", "median", "longest", "largest log", "rows/s", "close");
  }
  for (const int sync : {1, 20, 50}) {
    for (const auto durability : {edo::Durability::process, edo::Durability::power}) {
      for (const bool full_speed : {false, true}) {
        edo::testing::FaultVfs disk;
        const std::string path = fmt::format("{}/slow-{}-{}-{}.db", folder, sync,
                                             static_cast<int>(durability), full_speed);
        edo::Options options = recorder_options(path);
        options.durability = durability;
        options.busy_timeout = std::chrono::milliseconds(250);
        Row row{"", {}, 0};
        std::uint64_t largest = 0;
        double closing = 0;
        {
          auto recorder = std::make_shared<edo::Recorder>(options);
          std::optional<Edo> contender(std::in_place, recorder, true);
          disk.slow_down(std::chrono::milliseconds(sync), kOperations);
          const auto began = Clock::now();
          auto next = began;
          while (Clock::now() - began < time) {
            measure(*contender, 1, row.latencies);
            largest = std::max(largest, file_size(path + "-wal"));
            next += std::chrono::microseconds(1'000'000 / kPerSecond);
            if (!full_speed) std::this_thread::sleep_until(next);
          }
          row.seconds = std::chrono::duration<double>(Clock::now() - began).count();
          contender.reset();
          const auto closes = Clock::now();
          (void)recorder->close();
          closing = std::chrono::duration<double>(Clock::now() - closes).count();
        }
        disk.heal();
        std::sort(row.latencies.begin(), row.latencies.end());
        const double median = row.latencies[row.latencies.size() / 2] / 1000;
        const double longest = row.latencies.back() / 1000;
        const double rate = static_cast<double>(row.latencies.size()) / row.seconds;
        const char* kept = durability == edo::Durability::power ? "power" : "process";
        const std::string pace = full_speed ? "full speed" : fmt::format("{} rows/s", kPerSecond);
        if (json) {
          fmt::print("{}\n", nlohmann::json{{"name", "slow disk"},
                                            {"sync_ms", sync},
                                            {"durability", kept},
                                            {"pace", pace},
                                            {"median_ms", median},
                                            {"longest_ms", longest},
                                            {"largest_wal_bytes", largest},
                                            {"rows_per_second", rate},
                                            {"close_seconds", closing}}
                                 .dump());
        } else {
          fmt::print(
              "{:>3} ms {:>10} {:>12} {:>9.2f} ms {:>9.0f} ms {:>9.1f} MB {:>10.0f} {:>6.1f} s\n",
              sync, kept, pace, median, longest, static_cast<double>(largest) / (1 << 20), rate,
              closing);
        }
        // What closing has left to do must not meet the next disk.
        while (file_size(path + "-wal") > 0)
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    }
  }
}

// An invocation with an event, a job and three lines: ten calls.
void record_tree(edo::Recorder& recorder) {
  auto invocation = recorder.start_invocation({.source_function = "bench"});
  auto event = invocation.start_event({.event_name = "bench"});
  (void)event.detected();
  auto job = event.start_job({.job_name = "bench"});
  for (int line = 0; line < 3; ++line) (void)job.log(edo::LogLevel::info, kMessage);
  (void)job.complete();
  (void)event.complete();
  (void)invocation.complete();
}

// What is written to the log, which is what a flash disk wears out by.
void bench_log_volume(const std::string& folder, bool json) {
  constexpr int kCount = 500;
  constexpr int kTrees = 100;  // of a busy host, in which some run at any time
  const auto print = [&](const std::string& name, double line, double tree) {
    if (json) {
      fmt::print("{}\n", nlohmann::json{{"name", name},
                                        {"log_bytes_per_line", line},
                                        {"log_bytes_per_invocation", tree}}
                             .dump());
    } else {
      fmt::print("{:<44}{:>9.1f} kB{:>12}\n", name, line / 1e3,
                 tree > 0 ? fmt::format("{:.1f} kB", tree / 1e3) : "");
    }
  };
  if (!json) fmt::print("{:<44}{:>12}{:>14}\n", "written to the log", "a line", "an invocation");
  {
    const std::string path = folder + "/hand.db";
    ByHand contender(path, our_schema());
    const auto before = file_size(path + "-wal");
    for (int i = 0; i < kCount; ++i) contender.record();
    print("by hand, pages of 4 kB", static_cast<double>(file_size(path + "-wal") - before) / kCount,
          0);
  }
  for (const int within : {0, 5, 1000}) {
    edo::Options options = recorder_options(fmt::format("{}/{}.db", folder, within));
    options.commit_within = std::chrono::milliseconds(within);
    const std::string log = options.store + "-wal";
    edo::Recorder recorder(options);
    auto invocation = recorder.start_invocation({.source_function = "bench"});
    auto event = invocation.start_event({.event_name = "bench"});
    (void)event.detected();
    auto job = event.start_job({.job_name = "bench"});
    const auto before = file_size(log);
    for (int i = 0; i < kCount; ++i) {
      (void)job.log(edo::LogLevel::info, kMessage, {.data = kData});
      if (within > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    (void)job.complete();
    (void)event.complete();
    (void)invocation.complete();
    const auto between = file_size(log);
    const auto others = recorder.start_invocation({.source_function = "bench"});
    for (int i = 0; i < kTrees; ++i) record_tree(recorder);
    const auto after = file_size(log);
    print(within == 0 ? "edo, each call committed" : fmt::format("edo, commitWithin {} ms", within),
          static_cast<double>(between - before) / kCount,
          static_cast<double>(after - between) / kTrees);
  }
}

// What an invocation and all below it takes in the file once it is shipped, by table.
void bench_file_volume(const std::string& folder, bool json) {
  constexpr int kCount = 5000;
  edo::Options options = recorder_options(folder + "/file.db");
  options.commit_within = std::chrono::seconds(1);
  edo::Recorder recorder(options);
  for (int i = 0; i < kCount; ++i) record_tree(recorder);
  (void)recorder.close();
  edo::storage::Database database(options.store, {});
  SQLite::Statement sizes(
      database.handle(),
      "SELECT s.tbl_name, sum(d.pgsize), total(d.pgsize) FILTER"
      " (WHERE s.type = 'index') FROM dbstat d JOIN sqlite_schema s USING (name)"
      " WHERE s.tbl_name IN ('invocations', 'event_executions',"
      " 'job_executions', 'job_logs') GROUP BY 1 ORDER BY 2 DESC");
  if (!json) {
    fmt::print("{:<44}{:>12}{:>14}\n", "in the file, for each invocation", "in all", "its indexes");
  }
  while (sizes.executeStep()) {
    const std::string table = sizes.getColumn(0);
    const double all = sizes.getColumn(1).getDouble() / kCount;
    const double indexes = sizes.getColumn(2).getDouble() / kCount;
    if (json) {
      fmt::print(
          "{}\n",
          nlohmann::json{{"name", table}, {"file_bytes", all}, {"index_bytes", indexes}}.dump());
    } else {
      fmt::print("{:<44}{:>10.0f} B{:>12.0f} B\n", table, all, indexes);
    }
  }
}

std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Memory of a host whose executions have not been shipped.
void bench_memory(const std::string& folder, bool json) {
  constexpr int kThousands = 20;
  edo::Recorder recorder(recorder_options(folder + "/memory.db"));
  const auto thousand = [&] {
    for (int i = 0; i < 1000; ++i) record_tree(recorder);
  };
  thousand();
  const std::uint64_t before = resident_bytes();
  for (int i = 0; i < kThousands; ++i) thousand();
  const double per_thousand =
      (static_cast<double>(resident_bytes()) - static_cast<double>(before)) / kThousands /
      (1 << 20);
  if (json) {
    fmt::print("{}\n",
               nlohmann::json{{"name", "memory per 1000 executions"}, {"mb", per_thousand}}.dump());
  } else {
    fmt::print("memory per 1000 executions not yet shipped: {:.3f} MB\n", per_thousand);
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures what recording costs, beside raw SQLite in the same run.");
  bool json = false;
  std::size_t rounds = 60;
  std::size_t calls = 20'000;
  std::string store;
  app.add_flag("--json", json, "One JSON object a line");
  app.add_option("--calls", calls, "Calls in each stretch")->capture_default_str();
  app.require_subcommand(1);
  app.fallthrough();
  auto* rows = app.add_subcommand("rows", "One row: bare, by hand, through edo");
  rows->add_option("--rounds", rounds, "Rounds of 400 calls each")->capture_default_str();
  auto* crowd = app.add_subcommand("crowd", "1 and 4 threads, 1 and 4 processes");
  auto* tails = app.add_subcommand("tails", "The slowest calls at full speed");
  tails->add_option("--store", store, "A store that a replicator already ships");
  int seconds = 15;
  auto* slow = app.add_subcommand("slow", "A disk whose syncs take 1, 20 and 50 ms");
  slow->add_option("--seconds", seconds, "For each line")->capture_default_str();
  auto* volume = app.add_subcommand("volume", "What is written to the disk");
  auto* memory = app.add_subcommand("memory", "Memory of the host");
  CLI11_PARSE(app, argc, argv);

  std::string folder = (std::filesystem::temp_directory_path() / "edo-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    fmt::print(stderr, "record_bench: cannot make a folder like {}\n", folder);
    return 1;
  }
  int code = 0;
  try {
    if (rows->parsed()) bench_rows(folder, rounds, json);
    if (crowd->parsed()) bench_crowd(folder, calls, json);
    if (tails->parsed()) bench_tails(folder, store, calls, json);
    if (slow->parsed()) bench_slow(folder, std::chrono::seconds(seconds), json);
    if (volume->parsed()) {
      bench_log_volume(folder, json);
      bench_file_volume(folder, json);
    }
    if (memory->parsed()) bench_memory(folder, json);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "record_bench: {}\n", failure.what());
    code = 1;
  }
  std::filesystem::remove_all(folder);
  return code;
}
