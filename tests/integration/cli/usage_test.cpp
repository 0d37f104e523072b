#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "edo.hpp"
#include "support/files.hpp"

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("help lists the commands, and shows an example of each") {
  const Result program = edo({"--help"});
  CHECK(program.exit_code == 0);
  CHECK(program.err.empty());
  for (const std::string command : {"init", "demo", "ls", "show", "tail", "stats", "sql", "doctor",
                                    "prune", "serve", "version"}) {
    CAPTURE(command);
    CHECK_THAT(program.out, Contains("\n  " + command + " "));
    const Result help = edo({command, "--help"});
    CHECK(help.exit_code == 0);
    const auto last = help.out.rfind("\n\nExample");
    REQUIRE(last != std::string::npos);
    CHECK(help.out.find("\n\n", last + 2) == std::string::npos);
    CHECK_THAT(help.out.substr(last), Contains("edo " + command));
    CHECK_THAT(help.out, Contains("--json"));
    CHECK((command == "version") == (help.out.find("--store") == std::string::npos));
  }
}

TEST_CASE("wrong usage is reported in one line with exit code 2") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"nope"},
                                             {"--nope"},
                                             {"version", "--nope"},
                                             {"version", "more"},
                                             {"show"},
                                             {"sql"},
                                             {"demo", "--invocations", "0"},
                                             {"demo", "--seed", "x"}}) {
    CAPTURE(arguments);
    const Result result = edo(arguments);
    INFO(result.err);
    CHECK(failed_clearly(result, 2));
    CHECK_THAT(result.err, Contains("--help"));
  }
}

TEST_CASE("no option takes an empty value") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  REQUIRE(edo({"init", "--store", path}).exit_code == 0);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"ls", "--function", ""},
                                             {"ls", "--function="},
                                             {"ls", "--function=", "--json"},
                                             {"ls", ""},
                                             {"tail", "--since", ""},
                                             {"stats", "--store", ""},
                                             {"show", ""},
                                             {"sql", ""},
                                             {"prune", "--older-than", ""},
                                             {"serve", "--admin-secret", ""},
                                             {"serve", "--listen", ""},
                                             {"init", "--label", ""},
                                             {"doctor", "--config", ""}}) {
    CAPTURE(arguments);
    const Result result = edo(arguments, {{"EDO_STORE", path}});
    CHECK(failed_clearly(result, 2));
    CHECK_THAT(result.err, Contains("its value is empty"));
  }
  // As of any program, a variable of the environment that is empty counts as not set.
  CHECK(edo({"ls", "--store", path}, {{"EDO_STORE", ""}}).exit_code == 0);
}

TEST_CASE("a label that cannot be shipped is refused") {
  const testing::TemporaryDirectory directory;
  const std::string path = directory / "t.db";
  for (const std::string& label : {std::string("caf\xE9"), std::string(256, 'x')}) {
    const Result result = edo({"init", "--store", path, "--label", label});
    CHECK(failed_clearly(result, 2));
    CHECK_THAT(result.err, Contains("--label must be UTF-8, and at most 255 bytes long"));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("no duration is longer than the calendar") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"stats", "--since", "9999999d"},
                                             {"ls", "--since", "9999999d"},
                                             {"tail", "--since", "9999999d"},
                                             {"prune", "--older-than", "9999999d"},
                                             {"doctor", "--late-after", "9999999d"},
                                             {"serve", "--drain", "9999999d"}}) {
    CAPTURE(arguments);
    const Result result = edo(arguments);
    CHECK(failed_clearly(result, 2));
    CHECK_THAT(result.err, Contains("longer than 36500d"));
  }
}

TEST_CASE("an error that cannot be written still has its exit code") {
  const TemporaryDirectory directory;
  for (const std::string streams : {"2>/dev/full", "2>&-", ">&- 2>&-"}) {
    CAPTURE(streams);
    const auto code = [&](const std::string& arguments) {
      return run({.argv = {"sh", "-c", edo_path() + " " + arguments + " " + streams},
                  .environment = plain_environment(),
                  .directory = directory.path()})
          .exit_code;
    };
    CHECK(code("ls") == 1);
    CHECK(code("nope") == 2);
  }
}

TEST_CASE("version shows what the program is made of") {
  const Result text = edo({"version"});
  CHECK(text.exit_code == 0);
  CHECK_THAT(text.out, StartsWith("edo " EDO_VERSION "\nSQLite 3."));
  CHECK_THAT(edo({"--version"}).out, StartsWith("edo " EDO_VERSION));
  const auto json = nlohmann::json::parse(edo({"version", "--json"}).out);
  CHECK(json["version"] == EDO_VERSION);
  CHECK(json["store_schema_version"] == 3);
  const auto options = json["sqlite_compile_options"].get<std::vector<std::string>>();
  CHECK(std::find(options.begin(), options.end(), "ENABLE_FTS5") != options.end());
}

TEST_CASE("options may come from a file that edo-replicator reads as well") {
  const TemporaryDirectory directory;
  const std::string path = directory / "telemetry.db";
  REQUIRE(edo({"init", "--store", path}).exit_code == 0);
  const std::string file = directory / "edo.toml";
  write_file(file, "store = \"" + path +
                       "\"\nto = \"postgresql://db/telemetry\"\n[run]\nvia = "
                       "\"inbox\"\n[ls]\njson = true\n");
  CHECK(edo({"ls", "--config", file}).out == "[\n]\n");
  CHECK(edo({"ls", "--config", file, "--store", directory / "none.db"}).exit_code == 1);
  write_file(file, "[ls]\ncolour = true\n");
  const Result wrong = edo({"ls", "--config", file});
  CHECK(wrong.exit_code == 2);
  CHECK_THAT(wrong.err, StartsWith("edo ls: ") && Contains(file + ":2") && Contains("colour"));
}

TEST_CASE("demo fills a store and suggests the next commands") {
  const TemporaryDirectory directory;
  const std::string path = directory / "demo.db";
  const Result demo = edo({"demo", "--store", path, "--invocations", "60", "--json"});
  INFO(demo.err);
  REQUIRE(demo.exit_code == 0);
  CHECK(demo.err.empty());
  const auto summary = nlohmann::json::parse(demo.out);
  CHECK(summary["invocations"] == 60);
  const Result counted =
      edo({"sql", "SELECT count(*) AS n FROM job_executions", "--csv", "--store", path});
  CHECK(counted.out == "n\n" + std::to_string(summary["jobs"].get<int>()) + "\n");

  const Result more = edo({"demo", "--store", path, "--invocations", "60"});
  REQUIRE(more.exit_code == 0);
  CHECK_THAT(more.out, StartsWith("Recorded 60 invocations") &&
                           Contains("edo ls invocations --status failed --store " + path));
}

TEST_CASE("demo shows its progress on a terminal") {
  const TemporaryDirectory directory;
  const Result quiet =
      edo_on_terminal({"demo", "--store", directory / "demo.db", "--invocations", "5"});
  CHECK(quiet.exit_code == 0);
  CHECK(quiet.err.empty());  // here only standard output is a terminal
}

}  // namespace
}  // namespace edo::testing
