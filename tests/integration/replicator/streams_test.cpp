// What edo-replicator does when its output has no reader or cannot be written.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "fixture.hpp"

using namespace edo::testing;

namespace {

// Has a shell send the program's streams elsewhere.
Result redirected(std::vector<std::string> arguments, const std::string& streams) {
  auto command = replicator(std::move(arguments));
  command.argv.insert(command.argv.begin(), {"sh", "-c", "\"$0\" \"$@\" " + streams});
  return run(command);
}

}  // namespace

TEST_CASE("a full disk under the log does not stop shipping") {
  const TemporaryDirectory directory;
  const auto url = migrated_database();
  int store = 0;
  for (const std::string streams : {"2>/dev/full", "2>&-", ">&- 2>&-"}) {
    CAPTURE(streams);
    SampleStore sample(directory / (std::to_string(++store) + ".db"));
    sample.add_trees(2);
    // The first store is one to complain about.
    const auto result = redirected(
        {"run", "--once", "--store", directory / "none.db", "--store", sample.path(), "--to", url},
        streams);
    CHECK(result.exit_code == 1);
    require_verified(sample.path(), url);
  }
}

TEST_CASE("an answer that cannot be written fails the command") {
  const TemporaryDirectory directory;
  const SampleStore sample(directory / "telemetry.db");
  for (const std::string streams : {">/dev/full", ">&-"}) {
    const auto result = redirected({"status", "--store", sample.path(), "--json"}, streams);
    CHECK(result.exit_code == 1);
    CHECK(only_line(result).find("write to standard output: ") != std::string::npos);
  }
}

TEST_CASE("a reader may close the pipe early") {
  const TemporaryDirectory directory;
  SampleStore sample(directory / "telemetry.db");
  sample.add_trees(300);  // more than fits into a pipe
  REQUIRE(
      run_replicator({"export", "--store", sample.path(), "--dir", directory.path()}).exit_code ==
      0);
  const auto result = run({.argv = {"sh", "-c",
                                    "for file in *.edobatch; do { " EDO_REPLICATOR
                                    " inspect --rows $file; echo $? >&2; } | head -n 1; done"},
                           .directory = directory.path()});
  CHECK(result.out.find("store ") == 0);
  CHECK(only_line(result) == "0");
}

TEST_CASE("a message is one line that cannot control the terminal, and JSON stays valid") {
  const TemporaryDirectory directory;
  const auto told = run_replicator({"status", "--store", directory / "no\x1b[31m\nne.db"});
  CHECK(only_line(told).find('\x1b') == std::string::npos);
  const SampleStore latin1(directory / "caf\xe9.db");
  const auto answer = run_replicator({"status", "--store", latin1.path(), "--json"});
  CHECK(answer.exit_code == 0);
  CHECK(nlohmann::json::parse(answer.out)["stores"][0]["store"] ==
        directory / "caf\xef\xbf\xbd.db");
}

TEST_CASE("an unreachable central database is in the answer of run --once") {
  const TemporaryDirectory directory;
  const SampleStore sample(directory / "telemetry.db");
  const auto result =
      run_replicator({"run", "--once", "--json", "--retry-attempts", "1", "--retry-delay", "1ms",
                      "--store", sample.path(), "--to", "postgresql://edge@127.0.0.1:1/none"});
  CHECK(result.exit_code == 1);
  CHECK(only_line(result).find("edo-replicator run: connect to ") == 0);
  const auto store = nlohmann::json::parse(result.out)["stores"].at(0);
  CHECK(store["store"] == sample.path());
  CHECK(store["finished"] == false);
  CHECK(store["error"]["kind"] == "unavailable");
}

TEST_CASE("a directory is not a configuration file") {
  const TemporaryDirectory directory;
  const auto result = run_replicator({"status", "--config", directory.path()});
  CHECK(result.exit_code == 2);
  CHECK(only_line(result).find("is a directory") != std::string::npos);
}
