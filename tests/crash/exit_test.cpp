// A host calls exit() while its threads record: the process ends with the code that it gave, the
// store is whole, and what was acknowledged is in it.
//
// EDO_EXIT_ROUNDS says how often (40), EDO_CRASH_SEED repeats a run.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "edo/recorder.hpp"
#include "support/environment.hpp"
#include "support/files.hpp"
#include "support/store_rows.hpp"

namespace edo::testing {
namespace {

constexpr int kThreads = 4;
constexpr int kExitCode = 7;

// Lines that were acknowledged, by thread, which outlive the host that counts them.
class Acknowledged {
 public:
  Acknowledged()
      : lines_(static_cast<std::atomic<long>*>(
            mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    REQUIRE(lines_ != MAP_FAILED);
  }
  Acknowledged(const Acknowledged&) = delete;
  Acknowledged& operator=(const Acknowledged&) = delete;
  ~Acknowledged() { munmap(lines_, kBytes); }

  std::atomic<long>& operator[](int thread) { return lines_[thread]; }

 private:
  static constexpr std::size_t kBytes = 4096;
  std::atomic<long>* lines_;
};

// Where a host keeps what it records with.
enum class Keeps { for_ever, static_object };

// What a host keeps in a static object, destroyed by exit().
std::optional<Recorder> static_recorder;

[[noreturn]] void run_host(const std::string& store, Keeps keeps, std::chrono::microseconds time,
                           Acknowledged& acknowledged) {
  Options options;
  options.store = store;
  Recorder* recorder = nullptr;
  if (keeps == Keeps::static_object) {
    recorder = &static_recorder.emplace(options);
  } else {
    recorder = new Recorder(options);
  }
  auto* invocation = new Invocation(recorder->start_invocation({.source_function = "f"}));
  auto* event = new EventExecution(invocation->start_event({.event_name = "e"}));
  for (int i = 0; i < kThreads; ++i) {
    auto* job = new JobExecution(event->start_job({.job_name = std::to_string(i)}));
    std::thread([job, i, &acknowledged] {
      for (;;) acknowledged[i] += job->log(LogLevel::info, "line") == Outcome::stored;
    }).detach();
  }
  std::this_thread::sleep_for(time);
  std::exit(kExitCode);
}

TEST_CASE("exit() while threads record") {
  const unsigned seed = number_from("EDO_CRASH_SEED", std::random_device()());
  INFO("EDO_CRASH_SEED=" << seed);
  std::mt19937 random(seed);
  const unsigned rounds = number_from("EDO_EXIT_ROUNDS", 40);
  for (unsigned round = 0; round < rounds; ++round) {
    const Keeps keeps = round % 2 == 0 ? Keeps::for_ever : Keeps::static_object;
    const TemporaryDirectory directory;
    const std::string store = directory / "telemetry.db";
    Acknowledged acknowledged;
    const std::chrono::microseconds time(std::uniform_int_distribution<int>(0, 60'000)(random));
    const pid_t child = fork();
    if (child == 0) {
      alarm(60);
      run_host(store, keeps, time, acknowledged);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    INFO("round " << round << ", after " << time.count() << " us");
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == kExitCode);
    REQUIRE(integrity(store) == "ok");
    for (int i = 0; i < kThreads; ++i) {
      const long lines = count(store,
                               "job_logs l JOIN job_executions j ON j.id = l.job_execution_id"
                               " WHERE j.job_name = '" +
                                   std::to_string(i) + "'");
      REQUIRE(lines >= acknowledged[i]);
    }
  }
}

}  // namespace
}  // namespace edo::testing
