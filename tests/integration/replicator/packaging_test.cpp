// What is shipped for service managers, cron and configuration works as it stands.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <sstream>

#include "fixture.hpp"
#include "support/skip.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

const std::string kFolder = EDO_PACKAGING;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

// What ExecStart or a line of cron gives edo-replicator, without the program itself.
std::vector<std::string> arguments_in(const std::string& text) {
  const std::string program = "edo-replicator ";
  for (const auto& line : lines(text)) {
    const auto at = line.find(program);
    if (at == std::string::npos || line[0] == '#') continue;
    std::vector<std::string> arguments;
    std::istringstream words(line.substr(at + program.size()));
    // Up to what is the shell's.
    for (std::string word; words >> word && word != "2>&1";) arguments.push_back(word);
    return arguments;
  }
  return {};
}

}  // namespace

TEST_CASE("the configuration file that explains everything is right in every line") {
  const TemporaryDirectory directory;
  const std::string url = migrated_centre();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2);
  std::string text = read_file(kFolder + "/replicator.toml");
  text = replaced(text, "/var/lib/edo", directory.path());
  text = replaced(text, "postgresql://edge@db.example.com/telemetry", url);
  // A line such as "#via = …" is an option that is left at its default.
  std::string all;
  for (const auto& line : lines(text)) {
    const bool is_option = line.size() > 1 && line[0] == '#' && std::islower(line[1]) != 0;
    all += line.substr(is_option ? 1 : 0) + "\n";
  }
  const std::string file = directory / "replicator.toml";
  write_file(file, all);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"run", "--once", "--via", "inbox", "--config", file},
                                             {"apply", "--once", "--config", file},
                                             {"run", "--once", "--config", file},
                                             {"status", "--config", file},
                                             {"verify", "--config", file}}) {
    const Result result = run_replicator(arguments);
    CAPTURE(arguments, result.err);
    CHECK(result.exit_code == 0);
  }
  // And no option of the daemons is missing in it.
  for (const char* command : {"run", "apply"}) {
    const std::string help = run_replicator({command, "--help"}).out;
    for (const auto& line : lines(help)) {
      if (line.rfind("  --", 0) != 0) continue;
      std::string name = line.substr(4, line.find_first_of(" ,", 4) - 4);
      if (name == "help" || name == "config" || name == "once" || name == "json") continue;
      std::replace(name.begin(), name.end(), '-', '_');
      CHECK_THAT(all, Contains("\n" + name + " = "));
    }
  }
}

TEST_CASE("units and cron call the program as it wants to be called") {
  const TemporaryDirectory directory;
  for (const char* name : {"edo-replicator.service", "edo-replicator-once.service",
                           "edo-apply.service", "edo-replicator.cron"}) {
    auto arguments = arguments_in(read_file(kFolder + "/" + name));
    CAPTURE(name, arguments);
    REQUIRE(arguments.size() > 2);
    // Everything is understood but for the file, which is not there.
    const Result result = run_replicator(arguments);
    CHECK(result.exit_code == 2);
    CHECK_THAT(only_line(result), Contains("/etc/edo/replicator.toml"));
  }
}

TEST_CASE("systemd understands the units") {
  if (run({.argv = {"sh", "-c", "command -v systemd-analyze"}}).exit_code != 0) {
    skip_test("systemd-analyze is missing; Debian's package systemd brings it");
  }
  const TemporaryDirectory directory;
  std::vector<std::string> command = {"systemd-analyze", "verify", "--man=no"};
  for (const char* name : {"edo-replicator.service", "edo-replicator-once.service",
                           "edo-replicator-once.timer", "edo-apply.service"}) {
    std::string text = read_file(kFolder + "/" + name);
    const auto program = text.find("/usr/bin/edo-replicator");
    if (program != std::string::npos)
      text = replaced(text, "/usr/bin/edo-replicator", EDO_REPLICATOR);
    write_file(directory / name, text);
    command.push_back(directory / name);
  }
  const Result result = run({.argv = command});
  INFO(result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.err, !Contains(directory.path()));
}
