// The configuration file that is installed works as it stands.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <sstream>

#include "fixture.hpp"

using namespace edo::testing;
using Catch::Matchers::Contains;

namespace {

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

}  // namespace

TEST_CASE("every line of the commented configuration file is valid") {
  const TemporaryDirectory directory;
  const std::string url = migrated_database();
  SampleStore store(directory / "telemetry.db");
  store.add_trees(2);
  std::string text = read_file(EDO_PACKAGING "/config/replicator.toml");
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
