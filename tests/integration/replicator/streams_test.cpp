// What edo-replicator does when nobody reads what it says, or nobody can.
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

TEST_CASE("a log that cannot be written keeps no store from being shipped") {
  const TemporaryDirectory directory;
  const auto url = migrated_centre();
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

TEST_CASE("an answer that cannot be written is a failure") {
  const TemporaryDirectory directory;
  const SampleStore sample(directory / "telemetry.db");
  for (const std::string streams : {">/dev/full", ">&-"}) {
    const auto result = redirected({"status", "--store", sample.path(), "--json"}, streams);
    CHECK(result.exit_code == 1);
    CHECK(only_line(result).find("write to standard output: ") != std::string::npos);
  }
}

TEST_CASE("whoever has read enough may go") {
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

TEST_CASE("what is said is one line that steers no terminal, and JSON is JSON") {
  const TemporaryDirectory directory;
  const auto told = run_replicator({"status", "--store", directory / "no\x1b[31m\nne.db"});
  CHECK(only_line(told).find('\x1b') == std::string::npos);
  const SampleStore latin1(directory / "caf\xe9.db");
  const auto answer = run_replicator({"status", "--store", latin1.path(), "--json"});
  CHECK(answer.exit_code == 0);
  CHECK(nlohmann::json::parse(answer.out)["stores"][0]["store"] ==
        directory / "caf\xef\xbf\xbd.db");
}

TEST_CASE("a centre that is not there is in the answer of run --once") {
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

TEST_CASE("a directory is no configuration") {
  const TemporaryDirectory directory;
  const auto result = run_replicator({"status", "--config", directory.path()});
  CHECK(result.exit_code == 2);
  CHECK(only_line(result).find("is a directory") != std::string::npos);
}
