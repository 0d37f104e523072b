#include "tables/trimmed_changes.hpp"

#include <catch2/catch.hpp>
#include <random>

namespace edo::tables {
namespace {

std::string id(int n) {
  const std::string digits = std::to_string(n);
  return "0190" + std::string(4 - digits.size(), '0') + digits + "-0000-7000-8000-000000000000";
}

TEST_CASE("changes that were trimmed are known from where the first trim began") {
  TrimmedChanges changes("", 10);
  CHECK(changes.since(10) == LeastIds{});
  CHECK_FALSE(changes.since(9));
  changes.add(20, {id(5), std::nullopt, std::nullopt, id(7)});
  changes.add(30, {id(6), id(6), std::nullopt, std::nullopt});
  const TrimmedChanges read(changes.text(), 30);
  CHECK(read.since(10) ==
        LeastIds{id(5).substr(0, 13), id(6).substr(0, 13), std::nullopt, id(7).substr(0, 13)});
  CHECK(read.since(20) ==
        LeastIds{id(6).substr(0, 13), id(6).substr(0, 13), std::nullopt, std::nullopt});
  CHECK(read.since(30) == LeastIds{});
  CHECK_FALSE(read.since(9));
}

TEST_CASE("a text that is not about this watermark counts as none") {
  TrimmedChanges changes("", 0);
  changes.add(20, {id(5), std::nullopt, std::nullopt, std::nullopt});
  const std::string text = changes.text();
  for (const auto& [other, watermark] : std::vector<std::pair<std::string, std::int64_t>>{
           {text, 21}, {text + ";20,*,*,*,*", 20}, {"x" + text, 20}, {"", 20}, {"7", 20}}) {
    CAPTURE(other, watermark);
    const TrimmedChanges read(other, watermark);
    CHECK_FALSE(read.since(watermark - 1));
    CHECK(read.since(watermark) == LeastIds{});
  }
}

TEST_CASE("an id with other characters is taken up to them") {
  TrimmedChanges changes("", 0);
  changes.add(1, {"01;,9", "*", std::nullopt, ""});
  CHECK(TrimmedChanges(changes.text(), 1).since(0) == LeastIds{"01", "", std::nullopt, ""});
}

TEST_CASE("any number of trims stays short, and never tells of fewer changes") {
  const auto seed = Catch::rngSeed();
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::vector<std::pair<std::int64_t, int>> trims;  // where it ended, and its least id
  std::string text;
  std::int64_t until = 0;
  for (int i = 0; i < 2000; ++i) {
    TrimmedChanges changes(text, until);
    until += 1 + static_cast<std::int64_t>(random() % 100);
    const int least = std::max(0, i - static_cast<int>(random() % 50));
    changes.add(until, {id(least), std::nullopt, std::nullopt, std::nullopt});
    trims.emplace_back(until, least);
    text = changes.text();
    REQUIRE(text.size() < 1600);
  }
  const TrimmedChanges changes(text, until);
  for (std::int64_t seq = 0; seq < until; seq += 1 + static_cast<std::int64_t>(random() % 500)) {
    int least = 9999;
    for (const auto& [end, id] : trims) {
      if (end > seq) least = std::min(least, id);
    }
    CAPTURE(seq, least);
    const auto known = changes.since(seq);
    REQUIRE(known);
    REQUIRE(known->front());
    CHECK(*known->front() <= id(least));
  }
  // What is recent is known well.
  CHECK(*changes.since(until - 1)->front() >= id(1900).substr(0, 13));
}

}  // namespace
}  // namespace edo::tables
