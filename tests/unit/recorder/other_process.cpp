// What another process does to a store, for the tests of the recorder.
//
// usage: other_process write STORE             holds the write lock until it is killed
//        other_process read STORE              reads a snapshot until it is killed
//        other_process exclusive STORE         exits with 0 if it can have the file for itself
//        other_process record STORE NAME N     records N invocations
//        other_process linger STORE NAME       records one invocation, then waits with it open
//        other_process fork STORE              forks while it records; the child returns from main
//
// The first two and linger say "ready" when it is so.
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "edo/recorder.hpp"

namespace edo::testing {
namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

[[noreturn]] void wait_to_be_killed() {
  std::puts("ready");
  std::fflush(stdout);
  while (true) pause();
}

sqlite3* open_plainly(const char* store) {
  sqlite3* database = nullptr;
  if (sqlite3_open(store, &database) != SQLITE_OK) fail(sqlite3_errmsg(database));
  sqlite3_busy_timeout(database, 10'000);
  return database;
}

void run(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(sqlite3_errmsg(database));
  }
}

bool can_be_exclusive(const char* store) {
  sqlite3* database = open_plainly(store);
  sqlite3_busy_timeout(database, 0);
  // Leaving WAL mode takes the whole file.
  const int result = sqlite3_exec(database, "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE",
                                  nullptr, nullptr, nullptr);
  sqlite3_close(database);
  return result == SQLITE_OK;
}

Options options_for(const char* store) {
  Options options;
  options.store = store;
  options.busy_timeout = std::chrono::seconds(20);
  options.on_error = [](const Error& error) { fail(error.what()); };
  return options;
}

void record(const char* store, const char* name, int count) {
  Recorder recorder(options_for(store));
  for (int i = 0; i < count; ++i) {
    auto invocation = recorder.start_invocation({.source_function = name});
    auto event = invocation.start_event({.event_name = name});
    event.detected();
    auto job = event.start_job({.job_name = name});
    job.log(LogLevel::info, name);
    job.complete();
    event.complete();
    if (invocation.complete() != Outcome::stored) fail("not stored");
  }
}

[[noreturn]] void linger(const char* store, const char* name) {
  Recorder recorder(options_for(store));
  const auto invocation = recorder.start_invocation({.source_function = name});
  wait_to_be_killed();
}

int fork_and_return(const char* store) {
  Recorder recorder(options_for(store));
  auto invocation = recorder.start_invocation({.source_function = "parent"});
  const pid_t child = fork();
  if (child == 0) {
    // One handle of its own, and those of the parent on the stack below.
    auto own = recorder.start_invocation({.source_function = "child"});
    return own.complete() == Outcome::stored ? 0 : 1;
  }
  int status = -1;
  if (waitpid(child, &status, 0) != child || status != 0) fail("the child failed");
  return invocation.complete() == Outcome::stored ? 0 : 1;
}

}  // namespace
}  // namespace edo::testing

int main(int argc, char** argv) {
  using namespace edo::testing;
  const std::string_view what = argc > 2 ? argv[1] : "";
  if (what == "write" || what == "read") {
    sqlite3* database = open_plainly(argv[2]);
    run(database, what == "write" ? "BEGIN IMMEDIATE" : "BEGIN; SELECT count(*) FROM invocations");
    wait_to_be_killed();
  }
  if (what == "exclusive") return can_be_exclusive(argv[2]) ? 0 : 1;
  if (what == "record" && argc == 5) {
    record(argv[2], argv[3], std::atoi(argv[4]));
    return 0;
  }
  if (what == "linger" && argc == 4) linger(argv[2], argv[3]);
  if (what == "fork") return fork_and_return(argv[2]);
  return 2;
}
