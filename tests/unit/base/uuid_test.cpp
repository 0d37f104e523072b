#include "base/uuid.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace edo::base {
namespace {

TEST_CASE("a new UUID is version 7, variant 1, and holds the time") {
  const std::string text = to_string(new_uuid());
  REQUIRE(text.size() == 36);
  CHECK(text[14] == '7');
  CHECK(std::string("89ab").find(text[19]) != std::string::npos);
  const auto millis = std::stoll(text.substr(0, 8) + text.substr(9, 4), nullptr, 16);
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  CHECK(std::abs(now - millis) < 60'000);
}

TEST_CASE("new UUIDs sort in the order they were made") {
  std::string last = to_string(new_uuid());
  for (int i = 0; i < 10'000; ++i) {
    std::string next = to_string(new_uuid());
    REQUIRE(last < next);
    last = std::move(next);
  }
}

TEST_CASE("threads never make the same UUID") {
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 5'000; ++i) mine.push_back(to_string(new_uuid()));
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  CHECK(all.size() == 20'000);
}

TEST_CASE("a forked child draws random bits of its own") {
  (void)new_uuid();
  int channel[2];
  REQUIRE(pipe(channel) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const Uuid uuid = new_uuid();
    _exit(write(channel[1], uuid.data(), uuid.size()) == 16 ? 0 : 1);
  }
  const Uuid mine = new_uuid();
  Uuid theirs{};
  REQUIRE(read(channel[0], theirs.data(), theirs.size()) == 16);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(std::vector(mine.begin() + 9, mine.end()) != std::vector(theirs.begin() + 9, theirs.end()));
  close(channel[0]);
  close(channel[1]);
}

TEST_CASE("UUIDs are read in either case and written in lower case") {
  const auto uuid = parse_uuid("0190A0B1-C2D3-7E4F-8A5B-6C7D8E9F0A1B");
  REQUIRE(uuid);
  CHECK(to_string(*uuid) == "0190a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b");
}

TEST_CASE("only 8-4-4-4-12 hexadecimal digits are a UUID") {
  const auto* text =
      GENERATE("", "0190a0b1c2d37e4f8a5b6c7d8e9f0a1b", "0190a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1",
               "0190a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1bb", "{190a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b",
               "0190a0b1-c2d3-7e4f-8a5b_6c7d8e9f0a1b", "g190a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b");
  CHECK_FALSE(parse_uuid(text));
}

}  // namespace
}  // namespace edo::base
