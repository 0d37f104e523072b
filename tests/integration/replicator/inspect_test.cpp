// edo-replicator inspect, and the golden files' readable twins.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "fixture.hpp"

using namespace edo::testing;

namespace {

const std::string kGolden = EDO_GOLDEN;

}  // namespace

TEST_CASE("each golden file is printed as its readable twin") {
  for (const std::string name : {"rich", "empty"}) {
    const auto shown =
        run_replicator({"inspect", "--json", "--rows", kGolden + "/" + name + ".edobatch"});
    CHECK(shown.exit_code == 0);
    CHECK(shown.out == read_file(kGolden + "/" + name + ".jsonl"));
  }
}

TEST_CASE("inspect shows a batch, also from standard input") {
  const auto file = kGolden + "/rich.edobatch";
  const auto shown = run_replicator({"inspect", file});
  CHECK(shown.exit_code == 0);
  for (const char* text :
       {"0190a6f2-7c1b-7d3e-8f00-112233445566 \"edge 7, Zürich\", schema 1",
        "101 to 140, sent at 2026-01-01T00:00:00.123456Z, 77 behind them", "format 1.0",
        "job_executions             3 rows", "rejects                    2 rows"}) {
    INFO(shown.out);
    CHECK(shown.out.find(text) != std::string::npos);
  }
  auto piped = replicator({"inspect", "-"});
  piped.input = read_file(file);
  CHECK(run(piped).out == shown.out);
}

TEST_CASE("a file that is not a batch is reported in one line") {
  const TemporaryDirectory directory;
  const auto bytes = read_file(kGolden + "/rich.edobatch");
  const auto shows = [&](std::string_view contents) {
    const auto path = directory / "x.edobatch";
    write_file(path, contents);
    const auto result = run_replicator({"inspect", "--rows", path});
    CHECK(result.exit_code == 1);
    CHECK(result.out.empty());
    auto line = only_line(result);
    CHECK(line.find("edo-replicator inspect: " + path + ": decode a batch: ") == 0);
    return line;
  };
  CHECK(shows("").find("not a batch (bad magic)") != std::string::npos);
  CHECK(shows(bytes.substr(0, 1000)).find("its checksum is wrong") != std::string::npos);
  auto newer = bytes;
  newer[8] = 2;
  CHECK(shows(newer).find("it has format 2; this program reads formats up to 1; upgrade "
                          "edo-replicator") != std::string::npos);
  CHECK(only_line(run_replicator({"inspect", directory / "none"}))
            .find("does not exist or is not readable") != std::string::npos);
  CHECK(only_line(run_replicator({"inspect", directory.path()})).find("this is a directory") !=
        std::string::npos);
  CHECK(run_replicator({"inspect"}).exit_code == 2);
}
