#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "edo.hpp"
#include "old_store.hpp"
#include "sample_store.hpp"
#include "support/files.hpp"
#include "support/wait.hpp"

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Json = nlohmann::json;

Process tail(const std::string& store, std::vector<std::string> arguments) {
  std::vector<std::string> argv = {edo_path(), "tail", "--store", store};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return Process({.argv = argv, .environment = plain_environment()});
}

std::vector<Json> objects(const std::string& out) {
  std::vector<Json> result;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) result.push_back(Json::parse(line));
  return result;
}

// "running" and "completed" of the names, in the order in which they were shown.
std::vector<std::string> shown(const std::string& out, const char* name) {
  std::vector<std::string> result;
  for (const auto& row : objects(out)) {
    result.push_back(row[name].get<std::string>() + " " + row["status"].get<std::string>());
  }
  return result;
}

void ends_cleanly(Process& process, int signal = SIGINT) {
  process.kill(signal);
  const Result result = process.wait();
  CHECK(result.exit_code == 0);
  CHECK(result.err.empty());
}

// What a tail that has begun is sure to see.
void record_until_seen(Recorder& recorder, Process& process) {
  REQUIRE(eventually([&] {
    recorder.start_invocation({.source_function = "begin"}).complete();
    return process.out().find("begin") != std::string::npos;
  }));
}

TEST_CASE("tail shows rows when they are recorded and when their status changes") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  Recorder recorder({.store = path});
  auto before = recorder.start_invocation({.source_function = "before"});
  recorder.start_invocation({.source_function = "long over"}).complete();
  auto process = tail(path, {"--json"});
  record_until_seen(recorder, process);

  auto invocation = recorder.start_invocation({.source_function = "orders"});
  REQUIRE(process.wait_for_output("\"source_function\":\"orders\""));
  invocation.complete({.duration = std::chrono::milliseconds(12)});
  REQUIRE(process.wait_for_output("\"total_duration_ms\":12"));
  before.fail({.message = "no"});  // it ran before anybody looked
  REQUIRE(process.wait_for_output("\"error_message\":\"no\""));
  ends_cleanly(process);

  std::vector<std::string> rows = shown(process.out(), "source_function");
  std::erase_if(rows, [](const auto& row) { return row.starts_with("begin"); });
  CHECK(rows == std::vector<std::string>{"orders running", "orders completed", "before failed"});
  const std::string out = process.out();
  const auto first = nlohmann::ordered_json::parse(out.substr(0, out.find('\n')));
  std::vector<std::string> names;
  for (const auto& [name, value] : first.items()) names.push_back(name);
  std::vector<std::string> expected;
  for (const auto& column : tables::tables()[0].columns) expected.emplace_back(column.name);
  CHECK(names == expected);
}

TEST_CASE("tail shows events, jobs and log lines, those of late jobs as well") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  Recorder recorder({.store = path});
  REQUIRE(edo({"init", "--store", path}).exit_code == 0);
  auto events = tail(path, {"events", "--since", "1h", "--json"});
  auto jobs = tail(path, {"jobs", "--since", "1h", "--json"});
  auto logs = tail(path, {"logs", "--since", "1h", "--json"});
  auto invocation = recorder.start_invocation({.source_function = "orders"});
  auto event = invocation.start_event({.event_name = "created"});
  event.detected();
  REQUIRE(events.wait_for_output("\"handling\""));
  auto job = event.start_job({.job_name = "slow"});
  REQUIRE(jobs.wait_for_output("\"running\""));
  invocation.time_out();
  for (int i = 0; i < 50; ++i) job.log(LogLevel::info, "line " + std::to_string(i));
  REQUIRE(logs.wait_for_output("line 49"));
  job.fail({.message = "late"});
  event.complete();
  REQUIRE(jobs.wait_for_output("\"failed\""));
  REQUIRE(events.wait_for_output("\"failed\""));
  for (Process* each : {&events, &jobs, &logs}) ends_cleanly(*each, SIGTERM);
  CHECK(shown(jobs.out(), "job_name") == std::vector<std::string>{"slow running", "slow failed"});
  std::vector<std::string> messages;
  for (const auto& line : objects(logs.out())) messages.push_back(line["message"]);
  REQUIRE(messages.size() == 50);
  CHECK(messages.front() == "line 0");
  CHECK(messages.back() == "line 49");
}

TEST_CASE("tail begins with what was recorded since, and filters") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const auto until = [&](std::vector<std::string> arguments, const char* last) {
    arguments.insert(arguments.end(), {"--since", "1h", "--json"});
    auto process = tail(store.path, arguments);
    REQUIRE(process.wait_for_output(last));
    ends_cleanly(process);
    return process.out();
  };
  using Rows = std::vector<std::string>;
  CHECK(shown(until({}, "reports"), "source_function") ==
        Rows{"orders failed", "mailer completed", "payments timeout", "reports running"});
  CHECK(shown(until({"--status", "failed"}, "orders"), "source_function") == Rows{"orders failed"});
  CHECK(shown(until({"jobs", "--function", "orders"}, "charge_card"), "job_name") ==
        Rows{"send_receipt completed", "charge_card failed"});
  CHECK(objects(until({"logs", "--status", "error"}, "gateway")).size() == 1);
}

TEST_CASE("logged text cannot control the terminal") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  Recorder recorder({.store = store.path});
  auto invocation = recorder.start_invocation({.source_function = "evil\x1b]0;x\x07"});
  auto event = invocation.start_event({.event_name = "e"});
  event.detected();
  auto job = event.start_job({.job_name = "j"});
  job.log(LogLevel::warn,
          "\x1b[2Jgone \x9b"
          "31m \xe2\x80\xae"
          "backwards");
  Process process({.argv = {edo_path(), "tail", "logs", "--since", "1h", "--store", store.path},
                   .environment = plain_environment({{"NO_COLOR", "1"}}),
                   .on_terminal = true});
  REQUIRE(process.wait_for_output("gone"));
  ends_cleanly(process);
  CHECK_THAT(process.out(), StartsWith("ID ") && Contains("TIME") && Contains("\\x1b[2Jgone") &&
                                Contains("\\u202eback") && Contains("evil\\x1b]0;x\\x07"));
  CHECK_THAT(process.out(), !Contains("\x1b") && !Contains("\x07"));
}

TEST_CASE("tail misses nothing while hosts record at full speed and a replicator trims") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  OldStore store(path);
  Recorder recorder({.store = path});
  auto process = tail(path, {"--json", "--since", "1h"});
  std::set<std::string> recorded;
  for (int i = 0; i < 2000; ++i) {
    auto invocation = recorder.start_invocation({.source_function = "f"});
    recorded.insert(invocation.id());
    invocation.complete();
    if (i % 50 == 0) store.ship();
  }
  store.ship();
  recorder.start_invocation({.source_function = "last"}).complete();
  REQUIRE(process.wait_for_output("\"last\""));
  ends_cleanly(process);
  std::map<std::string, std::string> last;
  for (const auto& row : objects(process.out())) {
    if (row["source_function"] == "f") last[row["id"]] = row["status"];
  }
  std::set<std::string> completed;
  for (const auto& [id, status] : last) {
    if (status == "completed") completed.insert(id);
  }
  CHECK(completed == recorded);
}

TEST_CASE("tail waits without a read transaction, so the log can be emptied") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  Recorder recorder({.store = path});
  auto process = tail(path, {"--json"});
  record_until_seen(recorder, process);
  storage::Database database = open_to_change(path);
  // busy, frames in the log, frames that were checkpointed
  CHECK(eventually([&] { return database.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0; }));
  CHECK(std::filesystem::file_size(path + "-wal") == 0);
  ends_cleanly(process);
}

TEST_CASE("tail continues when the store is pruned, removed or replaced") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  auto recorder = std::make_unique<Recorder>(Options{.store = path});
  auto process = tail(path, {"--json"});
  record_until_seen(*recorder, process);

  SECTION("pruned to the last row") {
    storage::Database database = open_to_change(path);
    database.execute("DELETE FROM invocations");
    recorder->start_invocation({.source_function = "after"}).complete();
    REQUIRE(process.wait_for_output("\"after\""));
    ends_cleanly(process);
  }
  SECTION("replaced by another") {
    recorder.reset();
    REQUIRE(edo({"init", "--store", directory / "new.db"}).exit_code == 0);
    std::filesystem::rename(directory / "new.db", path);
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path + suffix);
    Recorder other({.store = path});
    other.start_invocation({.source_function = "after"}).complete();
    REQUIRE(process.wait_for_output("\"after\""));
    process.kill(SIGINT);
    CHECK(process.wait().exit_code == 0);
  }
  SECTION("removed, and made again") {
    recorder.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
    REQUIRE(process.wait_for_error("no such store"));
    Recorder other({.store = path});
    other.start_invocation({.source_function = "after"}).complete();
    REQUIRE(process.wait_for_output("\"after\""));
    process.kill(SIGINT);
    CHECK(process.wait().exit_code == 0);
  }
}

TEST_CASE("tail ends when its reader is gone, even if nothing is recorded") {
  const TemporaryDirectory directory;
  const SampleStore store(directory / "t.db");
  const std::string script =
      R"({ "$0" tail --since 1h --json --store "$1"; echo "code $?" >&2; } | head -n 1)";
  const Result result = run(
      {.argv = {"sh", "-c", script, edo_path(), store.path}, .environment = plain_environment()});
  CHECK_FALSE(result.timed_out);
  CHECK(objects(result.out).size() == 1);
  CHECK(result.err == "code 0\n");
}

TEST_CASE("tail ends at once on a stop request, even if its reader has stopped reading") {
  const TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  const std::string pipe = directory / "pipe";
  {
    Recorder recorder({.store = path});
    for (int i = 0; i < 400; ++i) recorder.start_invocation({.source_function = "f"}).complete();
  }
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  const int reader = open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(reader >= 0);
  Process process({.argv = {"sh", "-c", R"(exec "$0" tail --since 1h --json --store "$1" > "$2")",
                            edo_path(), path, pipe},
                   .environment = plain_environment()});
  CHECK(eventually([&] {
    pollfd room{reader, POLLOUT, 0};
    return poll(&room, 1, 0) == 0;
  }));
  process.kill(SIGINT);
  const Result result = process.wait(std::chrono::seconds(20));
  CHECK_FALSE(result.timed_out);
  CHECK(result.exit_code == 0);
  CHECK(result.err.empty());
  close(reader);
}

TEST_CASE("tail refuses unknown words") {
  const TemporaryDirectory directory;
  REQUIRE(edo({"init", "--store", directory / "t.db"}).exit_code == 0);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"tail", "things"}, {"tail", "jobs", "--status", "timeout"}, {"tail", "--since", "x"}}) {
    const Result result = edo(arguments, {{"EDO_STORE", directory / "t.db"}});
    INFO(result.err);
    CHECK(failed_clearly(result, 2));
  }
}

}  // namespace
}  // namespace edo::testing
