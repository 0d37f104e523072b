// A C++ host that does what its arguments say, one after the other, to a recorder with the options
// of the first one:
//
//   host OPTIONS [COMMAND]...
//
//   sample         an invocation with a payload of some hundred bytes, a job that completes with
//                  options, a line and a result, and a job that fails with a stack
//   record=N       N invocations, each with an event, a job and a log line
//   timed=N        the same, and prints "timed 12", with the milliseconds taken
//   invocation     one that is not ended
//   flush=MS       prints "flushed true 12": whether all is at the central database, and the
//   milliseconds taken await=FILE     waits until the file is there, after it has printed
//   "awaiting" fork=MS forks a child that records one invocation, flushes as above and ends close
//   prints "closed 12", with the milliseconds taken exit=CODE      exit(), with the recorder still
//   open health         prints "health STORED DROPPED"
//
// Errors go to standard error, as "error: KIND: MESSAGE". Linked with libedo, it knows no flush.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "edo/option_sources.hpp"
#include "edo/recorder.hpp"
#ifdef EDO_SHIPS
#include "edo/shipper.hpp"
#endif

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

long long since(steady_clock::time_point began) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - began).count();
}

void record(edo::Recorder& recorder, long count) {
  for (long i = 0; i < count; ++i) {
    auto invocation = recorder.start_invocation({.source_function = "shipper"});
    auto event = invocation.start_event({.event_name = "order.created"});
    event.detected();
    auto job = event.start_job({.job_name = "send_receipt"});
    job.log(edo::LogLevel::info, "sent");
    job.complete();
    event.complete();
    invocation.complete();
  }
}

void sample(edo::Recorder& recorder) {
  const std::string payload =
      R"({"card": "4111", "apiKey": "k", "note": ")" + std::string(300, 'x') + "\"}";
  auto invocation =
      recorder.start_invocation({.source_function = "sample", .source_event_payload = payload});
  auto event = invocation.start_event({.event_name = "order.created"});
  event.detected();
  auto job = event.start_job({.job_name = "send_receipt", .job_options = R"({"retries": 3})"});
  job.log(edo::LogLevel::info, "sent");
  job.complete(R"({"sent": true})");
  auto other = event.start_job({.job_name = "notify"});
  other.fail({.message = "no answer", .stack = "at notify"});
  event.complete();
  invocation.complete();
}

void flush([[maybe_unused]] edo::Recorder& recorder, [[maybe_unused]] long ms) {
#ifdef EDO_SHIPS
  const auto began = steady_clock::now();
  const bool finished = edo::ship(recorder, milliseconds(ms));
  std::printf("flushed %s %lld\n", finished ? "true" : "false", since(began));
#endif
}

void await(const std::string& file) {
  std::puts("awaiting");
  std::fflush(stdout);
  while (access(file.c_str(), F_OK) != 0) std::this_thread::sleep_for(milliseconds(5));
}

void fork_child(edo::Recorder& recorder, long ms) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    record(recorder, 1);
    flush(recorder, ms);
    std::fflush(stdout);
    std::exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  std::printf("child %d\n", status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::optional<edo::Recorder> recorder;
  try {
    edo::Options options;
    edo::apply_environment(options, edo::process_environment());
    edo::apply_json(options, argv[1]);
    options.on_error = [](const edo::Error& error) {
      std::fprintf(stderr, "error: %s: %s\n", std::string(to_string(error.kind())).c_str(),
                   error.what());
    };
    recorder.emplace(options);
  } catch (const edo::Error& error) {
    std::fprintf(stderr, "refused: %s: %s\n", std::string(to_string(error.kind())).c_str(),
                 error.what());
    return 1;
  }
  std::vector<edo::Invocation> unfinished;
  for (int i = 2; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto equals = argument.find('=');
    const std::string command = argument.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : argument.substr(equals + 1);
    const long number = std::strtol(value.c_str(), nullptr, 10);
    if (command == "sample") sample(*recorder);
    if (command == "record") record(*recorder, number);
    if (command == "timed") {
      const auto began = steady_clock::now();
      record(*recorder, number);
      std::printf("timed %lld\n", since(began));
    }
    if (command == "invocation") {
      unfinished.push_back(recorder->start_invocation({.source_function = "unfinished"}));
    }
    if (command == "flush") flush(*recorder, number);
    if (command == "await") await(value);
    if (command == "fork") fork_child(*recorder, number);
    if (command == "close") {
      const auto began = steady_clock::now();
      recorder.reset();
      std::printf("closed %lld\n", since(began));
    }
    if (command == "exit") std::exit(static_cast<int>(number));
    if (command == "health") {
      const edo::Health health = recorder->health();
      std::printf("health %llu %llu\n", static_cast<unsigned long long>(health.stored),
                  static_cast<unsigned long long>(health.dropped));
    }
    std::fflush(stdout);
  }
  return 0;
}
