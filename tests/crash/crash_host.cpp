// A host that records as fast as it can, until somebody kills it.
//
// usage: crash_host STORE THREADS SEED
//
// With EDO_COPY_OWN_STORE it reads its own files before it begins; with EDO_FORKS it forks children
// that record as well, and leave in one way or the other; with EDO_EXIT_AFTER it calls exit() after
// so many milliseconds, in the middle of what its threads do. Standard output gets a line for each
// acknowledged call, after the call has returned; a line is written whole or not at all (pipe(7):
// writes of up to PIPE_BUF bytes are atomic).
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "edo/recorder.hpp"
#include "support/conservation.hpp"
#include "support/files.hpp"

namespace edo::testing {
namespace {

class Host {
 public:
  // Every other host has a write-ahead log so short that it is emptied all the time.
  Host(const std::string& store, bool short_log)
      : recorder_(
            {.store = store,
             .max_wal_bytes = std::uint64_t{short_log ? 64U << 10 : 32U << 20},
             .on_error = [](const Error& error) { std::fprintf(stderr, "%s\n", error.what()); }}) {}

  [[noreturn]] void record_for_ever(unsigned seed) {
    std::mt19937 random(seed);
    while (true) run_invocation(random);
  }

  [[noreturn]] void fork_for_ever(unsigned seed) {
    std::mt19937 random(seed);
    while (true) {
      std::this_thread::sleep_for(std::chrono::milliseconds(pick(random, 30)));
      const pid_t child = fork();
      if (child == 0) {
        const bool exits = pick(random, 2) == 0;
        for (int left = 1 + pick(random, 5); left > 0; --left) run_invocation(random);
        // Or what was removed under it is lost, as with any process that ends just then.
        (void)recorder_.close();
        exits ? std::exit(0) : _exit(0);
      }
      (void)waitpid(child, nullptr, 0);
    }
  }

 private:
  void run_invocation(std::mt19937& random) {
    const std::string payload(static_cast<std::size_t>(pick(random, 10'000)), '7');
    auto invocation = recorder_.start_invocation(
        {.source_function = "crash_host", .source_event_payload = "\"" + payload + "\""});
    const std::string id = invocation.id();
    const std::string content = "crash_host|" + invocation.correlation_id();
    told(invocation.started(), {"invocations", id, "running", content});
    bool failed = false;
    for (int events = pick(random, 3); events > 0; --events) {
      failed |= run_event(random, invocation);
    }
    switch (pick(random, 8)) {
      case 0:
        told(invocation.fail({.message = "gave up"}),
             {"invocations", id, "failed", content + "|gave up"});
        break;
      case 1:
        told(invocation.time_out(), {"invocations", id, "timeout", content});
        break;
      default:
        told(invocation.complete(),
             {"invocations", id, failed ? "failed" : "completed", content + "|"});
    }
  }

  // True if the invocation has failed by it.
  bool run_event(std::mt19937& random, Invocation& invocation) {
    auto event = invocation.start_event({.event_name = "tick"});
    const std::string id = event.id();
    const std::string content = "tick|" + invocation.id();
    told(event.started(), {"event_executions", id, "detecting", content});
    switch (pick(random, 6)) {
      case 0:
        told(event.not_detected(), {"event_executions", id, "not_detected", content});
        return false;
      case 1:
        told(event.detection_failed({.message = "broken"}),
             {"event_executions", id, "detection_failed", content});
        return true;
      default:
        told(event.detected(), {"event_executions", id, "handling", content});
    }
    bool failed = false;
    for (int jobs = pick(random, 4); jobs > 0; --jobs) failed |= run_job(random, event);
    if (pick(random, 8) == 0) {
      told(event.handler_failed({.message = "broken"}),
           {"event_executions", id, "handler_failed", content});
      return true;
    }
    told(event.complete(), {"event_executions", id, failed ? "failed" : "completed", content});
    return failed;
  }

  bool run_job(std::mt19937& random, EventExecution& event) {
    auto job = event.start_job({.job_name = "work"});
    const std::string id = job.id();
    const std::string content = "work|" + event.id();
    told(job.started(), {"job_executions", id, "running", content});
    for (int line = 1, lines = pick(random, 5); line <= lines; ++line) {
      const std::string message = "line " + std::to_string(line) + " of " + id;
      told(job.log(LogLevel::info, message),
           {"job_logs", id + "/" + std::to_string(line), "info", message});
    }
    if (pick(random, 6) == 0) {
      told(job.fail({.message = "broken"}), {"job_executions", id, "failed", content + "|broken"});
      return true;
    }
    const std::string result = "\"done " + id + "\"";
    told(job.complete(result), {"job_executions", id, "completed", content + "|" + result});
    return false;
  }

  static int pick(std::mt19937& random, int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  }

  static void told(Outcome outcome, const Acknowledged& call) {
    if (outcome == Outcome::stored) acknowledge(call);
  }

  static void acknowledge(const Acknowledged& call) {
    const std::string line = call.line();
    if (line.size() > PIPE_BUF || ::write(1, line.data(), line.size()) < 0) std::abort();
  }

  Recorder recorder_;
};

// As a host does that makes its own backups: each close takes away the POSIX locks of the process.
void copy(const std::string& store) {
  for (const char* suffix : {"", "-wal", "-shm"}) (void)read_file(store + suffix);
}

}  // namespace
}  // namespace edo::testing

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto first_seed = static_cast<unsigned>(std::atoi(argv[3]));
  edo::testing::Host host(argv[1], first_seed % 2 == 0);
  if (std::getenv("EDO_COPY_OWN_STORE") != nullptr) edo::testing::copy(argv[1]);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < static_cast<unsigned>(std::atoi(argv[2])); ++i) {
    const unsigned seed = first_seed * 64 + i;
    threads.emplace_back([&host, seed] { host.record_for_ever(seed); });
  }
  if (std::getenv("EDO_FORKS") != nullptr) host.fork_for_ever(first_seed);
  if (const char* after = std::getenv("EDO_EXIT_AFTER")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::atoi(after)));
    std::exit(0);
  }
  for (auto& thread : threads) thread.join();
}
