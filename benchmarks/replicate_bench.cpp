// What shipping costs, beside a plain COPY of the same rows into the same tables: each way takes
// turns in one run, so that a noisy machine is noisy for all of them. The figures are medians.
//
//   ship     to the tables and through the inbox, on this machine
//   size     of compressed batches, beside the same rows as compressed JSON lines
//   link     over a link with 20 Mbit/s and a round trip of 40 ms
//   backlog  edo-replicator as a program, on a store that has waited for long
#include <fmt/format.h>
#include <sys/resource.h>
#include <zstd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "base/text.hpp"
#include "base/time.hpp"
#include "benchmarks/central_database.hpp"
#include "benchmarks/sample_stores.hpp"
#include "replicator/apply/inbox.hpp"
#include "replicator/apply/statements.hpp"
#include "replicator/batch/codec.hpp"
#include "replicator/postgres/copy.hpp"
#include "replicator/postgres/migrations.hpp"
#include "replicator/ship/cycle.hpp"
#include "replicator/sinks/direct.hpp"
#include "replicator/sinks/inbox.hpp"
#include "support/files.hpp"
#include "support/process.hpp"
#include "support/proxy.hpp"

namespace {

using namespace edo;
using namespace edo::bench;
using Clock = std::chrono::steady_clock;

const std::string kSchema{postgres::kDefaultSchema};

struct BenchOptions {
  bool json = false;
  std::size_t invocations = 6000;
  int rounds = 5;
  std::int64_t backlog_rows = 1'000'000;
  std::string replicator = EDO_REPLICATOR;
};

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// One way of moving rows, and what each round of it took: seconds on the clock, and of processor
// time of this program and of the server.
struct Contender {
  std::string name;
  std::int64_t rows = 0;
  std::function<void()> prepare;
  std::function<void()> run;
  std::vector<double> clock = {};
  std::vector<double> client = {};
  std::vector<double> server = {};
  std::vector<double> bytes = {};  // on the wire, where that is known
};

void take_turns(std::vector<Contender>& contenders, int rounds,
                const bench::CentralDatabase& central, testing::Proxy* link = nullptr) {
  for (int round = 0; round < rounds; ++round) {
    for (auto& contender : contenders) {
      if (contender.prepare) contender.prepare();
      const auto server = central.processor_seconds();
      const auto client = processor_seconds();
      if (link != nullptr) link->reset_counts();
      const auto began = Clock::now();
      contender.run();
      contender.clock.push_back(std::chrono::duration<double>(Clock::now() - began).count());
      contender.client.push_back(processor_seconds() - client);
      contender.server.push_back(central.processor_seconds() - server);
      if (link != nullptr) {
        contender.bytes.push_back(static_cast<double>(link->bytes(testing::Direction::up) +
                                                      link->bytes(testing::Direction::down)));
      }
    }
  }
}

// How many times as long each row took as with `base`, round by round: a machine that becomes
// slower meanwhile does so for both.
double ratio_of(const Contender& contender, const Contender& base) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < contender.clock.size(); ++round) {
    ratios.push_back(contender.clock[round] / base.clock[round] * static_cast<double>(base.rows) /
                     static_cast<double>(contender.rows));
  }
  return median(ratios);
}

// The first contender is what the others are compared with.
void print(const std::vector<Contender>& contenders, bool json) {
  if (!json) {
    fmt::print("{:<38}{:>9}{:>8}{:>9}{:>9}{:>9}{:>8}{:>9}\n", "", "rows", "s", "rows/s", "client s",
               "server s", "× COPY", "MB");
  }
  for (const auto& contender : contenders) {
    const auto rows = static_cast<double>(contender.rows);
    const double clock = median(contender.clock);
    const double ratio = ratio_of(contender, contenders.front());
    const double bytes = contender.bytes.empty() ? 0 : median(contender.bytes);
    if (json) {
      fmt::print("{}\n", nlohmann::json{{"name", contender.name},
                                        {"rows", contender.rows},
                                        {"seconds", clock},
                                        {"client_seconds", median(contender.client)},
                                        {"server_seconds", median(contender.server)},
                                        {"ratio", ratio},
                                        {"bytes", bytes},
                                        {"all_seconds", contender.clock}}
                             .dump());
    } else {
      fmt::print("{:<38}{:>9}{:>8.2f}{:>9.0f}{:>9.2f}{:>9.2f}{:>8.2f}{:>9}\n", contender.name,
                 contender.rows, clock, rows / clock, median(contender.client),
                 median(contender.server), ratio,
                 bytes > 0 ? fmt::format("{:.1f}", bytes / 1e6) : "");
    }
  }
}

// The rows of a store as COPY wants them, ready in memory.
class Copy {
 public:
  explicit Copy(const std::string& store) {
    source::Source source(store);
    // One batch, so that it has every row once.
    constexpr source::SliceLimits kNone{std::numeric_limits<std::int64_t>::max(),
                                        std::numeric_limits<std::size_t>::max()};
    const auto all = source.read(source.outbox().watermark(), source.outbox().newest(), kNone);
    for (std::size_t table = 0; table < tables_.size(); ++table) {
      postgres::copy::begin(tables_[table]);
      for (std::size_t row = 0; row < all->tables[table].size(); ++row) {
        apply::append_row(tables_[table], *all, table, row);
      }
      postgres::copy::end(tables_[table]);
    }
  }

  void send(const std::string& url) const {
    constexpr std::size_t kChunk = std::size_t{256} << 10;
    postgres::Connection connection{postgres::Target(url)};
    postgres::use_schema(connection, kSchema);
    postgres::Transaction transaction(connection);
    std::vector<postgres::CopyIn> copies;
    for (std::size_t table = 0; table < tables_.size(); ++table) {
      copies.push_back(
          {"send rows to", apply::copy_into_table(table),
           [&rows = tables_[table], sent = std::size_t{0}](std::string& out, const auto&) mutable {
             out.append(rows, sent, kChunk);
             sent += kChunk;
             return sent < rows.size();
           }});
    }
    connection.copy_in(copies);
    transaction.commit();
  }

 private:
  std::array<std::string, tables::kTableCount> tables_;
};

void ship(const std::string& store, sinks::Sink& sink) {
  const shipping::Stop stop;
  const auto progress = shipping::ship_store(store, sink, {}, stop);
  if (!progress.finished || progress.dead > 0) throw std::runtime_error("not all was shipped");
}

void ship_direct(const std::string& store, const std::string& url) {
  sinks::DirectSink sink(postgres::Target(url), kSchema);
  ship(store, sink);
}

void ship_to_inbox(const std::string& store, const std::string& url) {
  sinks::InboxSink sink(postgres::Target(url), kSchema, {});
  ship(store, sink);
}

void apply_inbox(const bench::CentralDatabase& central, int workers) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < workers; ++i) {
    threads.emplace_back([&central] {
      postgres::Connection connection(central.target());
      postgres::use_schema(connection, kSchema);
      apply::InboxWorker worker(connection);
      while (worker.take()) {
      }
    });
  }
}

void replace(const std::string& from, const std::string& to) {
  for (const char* suffix : {"", "-wal", "-shm", "-reserve"}) std::filesystem::remove(to + suffix);
  std::filesystem::copy_file(from, to);
}

void bench_ship(const std::string& folder, const BenchOptions& options) {
  const std::string day = folder + "/day.db";
  const std::string other_day = folder + "/other_day.db";
  const std::string store = folder + "/store.db";
  const std::string other_store = folder + "/other_store.db";
  record_day(day, options.invocations);
  repeat_day(day, other_day, 1);
  const auto rows = count_rows(day);
  const Copy copy(day);
  bench::CentralDatabase central;
  const auto fresh = [&] {
    central.empty();
    replace(day, store);
  };
  const auto direct = [&] { ship_direct(store, central.url()); };
  const auto fresh_pair = [&] {
    fresh();
    replace(other_day, other_store);
  };
  const auto send_pair = [&] {
    ship_to_inbox(store, central.url());
    ship_to_inbox(other_store, central.url());
  };
  const auto waiting_pair = [&] {
    fresh_pair();
    send_pair();
  };
  std::vector<Contender> contenders;
  contenders.push_back({"COPY BINARY", rows, fresh, [&] { copy.send(central.url()); }});
  contenders.push_back({"direct, fresh rows", rows, fresh, direct});
  contenders.push_back(
      {"direct, the same batches again", rows, [&] { replace(day, store); }, direct});
  contenders.push_back(
      {"direct, every row written again", rows, [&] { touch_all(store); }, direct});
  contenders.push_back({"two stores into the inbox", 2 * rows, fresh_pair, send_pair});
  contenders.push_back({"the inbox applied by one worker", 2 * rows, waiting_pair,
                        [&] { apply_inbox(central, 1); }});
  contenders.push_back(
      {"by two workers", 2 * rows, waiting_pair, [&] { apply_inbox(central, 2); }});
  take_turns(contenders, options.rounds, central);
  if (central.count("job_logs") == 0)
    throw std::runtime_error("nothing has come to the central database");
  print(contenders, options.json);
}

void bench_link(const std::string& folder, const BenchOptions& options) {
  constexpr std::uint64_t kBytesPerSecond = 20'000'000 / 8;
  constexpr std::chrono::milliseconds kRoundTrip{40};
  constexpr int kRounds = 3;
  const std::string day = folder + "/day.db";
  const std::string store = folder + "/store.db";
  record_day(day, options.invocations);
  const auto rows = count_rows(day);
  const Copy copy(day);
  bench::CentralDatabase central;
  testing::Proxy link(central.url());
  link.throttle(kBytesPerSecond, kRoundTrip / 2);
  const std::string& url = link.url();
  const auto fresh = [&] {
    central.empty();
    replace(day, store);
  };
  std::vector<Contender> contenders;
  contenders.push_back({"COPY BINARY", rows, fresh, [&] { copy.send(url); }});
  contenders.push_back({"direct, fresh rows", rows, fresh, [&] { ship_direct(store, url); }});
  contenders.push_back({"into the inbox", rows, fresh, [&] { ship_to_inbox(store, url); }});
  take_turns(contenders, std::min(kRounds, options.rounds), central, &link);
  print(contenders, options.json);
}

// The rows of a batch as a program without a format of its own would write them.
std::string json_lines(const batch::Batch& batch) {
  std::string lines;
  for (std::size_t table = 0; table < batch.tables.size(); ++table) {
    const auto& rows = batch.tables[table];
    const auto fields = batch::fields(table);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      lines += fmt::format(R"({{"table":"{}")", tables::tables()[table].name);
      for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto& column = rows.columns[i];
        lines += fmt::format(R"(,"{}":)", fields[i].name);
        if (column.is_null(row)) {
          lines += "null";
          continue;
        }
        switch (fields[i].type) {
          case tables::Type::uuid:
            lines += base::json_quote(base::to_string(column.uuid(row)));
            break;
          case tables::Type::timestamp:
            lines += base::json_quote(base::format_timestamp(column.number(row)));
            break;
          case tables::Type::integer:
            lines += std::to_string(column.number(row));
            break;
          case tables::Type::boolean:
            lines += column.number(row) != 0 ? "true" : "false";
            break;
          case tables::Type::json:
            lines += column.text(row);
            break;
          case tables::Type::text:
          case tables::Type::uuid_like:
            lines += base::json_quote(column.text(row));
            break;
        }
      }
      lines += "}\n";
    }
  }
  return lines;
}

void bench_size(const std::string& folder, const BenchOptions& options) {
  constexpr int kLevel = 3;
  const std::string day = folder + "/day.db";
  record_day(day, options.invocations);
  std::size_t batches = 0;
  std::size_t plain = 0;
  std::size_t compressed = 0;
  source::Source source(day);
  auto at = source.outbox().watermark();
  while (const auto batch = source.read(at, source.outbox().newest(), {})) {
    at = batch->last_seq;
    const auto lines = json_lines(*batch);
    std::string out(ZSTD_compressBound(lines.size()), '\0');
    const auto size = ZSTD_compress(out.data(), out.size(), lines.data(), lines.size(), kLevel);
    if (ZSTD_isError(size) != 0) throw std::runtime_error(ZSTD_getErrorName(size));
    plain += lines.size();
    compressed += size;
    batches += batch::encode(*batch).size();
  }
  const double ratio = static_cast<double>(batches) / static_cast<double>(compressed);
  if (options.json) {
    fmt::print("{}\n", nlohmann::json{{"name", "compressed batches"},
                                      {"bytes", batches},
                                      {"json_lines_bytes", plain},
                                      {"json_lines_zstd_bytes", compressed},
                                      {"ratio", ratio}}
                           .dump());
  } else {
    fmt::print(
        "{} rows: JSON lines {:.1f} MB, after zstd -3 {:.2f} MB, batches {:.2f} MB: {:.2f} ×\n",
        count_rows(day), static_cast<double>(plain) / 1e6, static_cast<double>(compressed) / 1e6,
        static_cast<double>(batches) / 1e6, ratio);
  }
}

// VmHWM of /proc/PID/status (proc(5)), in bytes; zero once the process has ended.
std::int64_t peak_memory(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(line.find(':') + 1)) * 1024;
  }
  return 0;
}

void bench_backlog(const std::string& folder, const BenchOptions& options) {
  constexpr std::chrono::milliseconds kGlance{20};
  const std::string day = folder + "/day.db";
  const std::string store = folder + "/store.db";
  record_day(day, options.invocations);
  const auto a_day = count_rows(day);
  repeat_day(day, store, static_cast<int>((options.backlog_rows + a_day - 1) / a_day));
  const auto rows = count_rows(store);
  bench::CentralDatabase central;
  const auto began = Clock::now();
  testing::Process replicator(testing::Command{
      {options.replicator, "run", "--once", "--store", store, "--to", central.url()}});
  std::int64_t peak = 0;
  while (replicator.running()) {
    peak = std::max(peak, peak_memory(replicator.pid()));
    std::this_thread::sleep_for(kGlance);
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  const auto result = replicator.wait();
  if (result.exit_code != 0) throw std::runtime_error("edo-replicator: " + result.err);
  if (options.json) {
    fmt::print("{}\n",
               nlohmann::json{
                   {"name", "backlog"}, {"rows", rows}, {"seconds", seconds}, {"peak_bytes", peak}}
                   .dump());
  } else {
    fmt::print("{} rows in {:.1f} s, {:.0f} rows/s, peak memory of edo-replicator {:.1f} MB\n",
               rows, seconds, static_cast<double>(rows) / seconds,
               static_cast<double>(peak) / (1 << 20));
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Measures what shipping costs, beside a plain COPY of the same rows in the same run.");
  BenchOptions options;
  app.add_flag("--json", options.json, "One JSON object a line");
  app.add_option("--invocations", options.invocations,
                 "What the sample host records, some 18 rows each")
      ->capture_default_str();
  app.add_option("--rounds", options.rounds, "How often each takes its turn")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.require_subcommand(1);
  app.fallthrough();
  using Stage = void (*)(const std::string&, const BenchOptions&);
  const auto stage = [&](const char* name, const char* help, Stage body) {
    auto* command = app.add_subcommand(name, help);
    return std::pair(command, body);
  };
  const std::pair<CLI::App*, Stage> stages[] = {
      stage("ship", "To the tables and through the inbox", &bench_ship),
      stage("size", "Compressed batches beside compressed JSON lines", &bench_size),
      stage("link", "Over 20 Mbit/s and a round trip of 40 ms", &bench_link),
      stage("backlog", "Time and memory of edo-replicator", &bench_backlog),
  };
  stages[3]
      .first->add_option("--rows", options.backlog_rows, "At least how many wait")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    const testing::TemporaryDirectory folder;
    for (const auto& [command, body] : stages) {
      if (command->parsed()) body(folder.path(), options);
    }
  } catch (const std::exception& failure) {
    fmt::print(stderr, "replicate_bench: {}\n", failure.what());
    return 1;
  }
  return 0;
}
