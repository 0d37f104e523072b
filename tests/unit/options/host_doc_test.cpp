// docs/host-cpp.md promises to tell every option; EDO_HOST_DOC is its path.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "options/table.hpp"

namespace edo::options {
namespace {

// The row of the option, or nothing.
std::string row_of(const std::string& name) {
  std::ifstream file(EDO_HOST_DOC);
  REQUIRE(file.good());
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `" + name + "` |")) return line;
  }
  return {};
}

TEST_CASE("the documentation tells every option with its names, choices and bounds") {
  for (const Option& option : table()) {
    CAPTURE(option.name);
    const std::string row = row_of(option.name);
    REQUIRE_FALSE(row.empty());
    CHECK_THAT(row, Catch::Contains("| `" + option.variable + "`"));
    CHECK_THAT(row, Catch::Contains("| `" + option.field + "` |"));
    if (!option.fallback_variable.empty()) {
      CHECK_THAT(row, Catch::Contains("`" + option.fallback_variable + "`"));
    }
    if (option.shape == Shape::choice) {
      for (const std::string& choice : option.choices) {
        CHECK_THAT(row, Catch::Contains("`" + choice + "`"));
      }
    }
    if (option.shape == Shape::integer || option.shape == Shape::milliseconds) {
      const auto written = [](std::int64_t number) {
        for (int power = 40; power < 63; ++power) {
          if (number == std::int64_t{1} << power) return "2^" + std::to_string(power);
        }
        return std::to_string(number);
      };
      CHECK_THAT(row, Catch::Contains(written(option.min) + " to " + written(option.max)));
      CHECK_THAT(row, Catch::Contains("| " + option.get(Options{}).dump() + " |"));
    }
    if (option.shape == Shape::flag) {
      CHECK_THAT(row, Catch::Contains("| flag | " + option.get(Options{}).dump() + " |"));
    }
  }
}

}  // namespace
}  // namespace edo::options
