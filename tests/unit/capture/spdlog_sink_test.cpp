#include "edo/spdlog_sink.hpp"

#include <spdlog/spdlog.h>

#include <catch2/catch.hpp>
#include <thread>

#include "captured_store.hpp"

namespace edo {
namespace {

using testing::CapturedStore;
using Texts = std::vector<std::string>;

spdlog::logger logger_with_sink() {
  spdlog::logger logger("test", std::make_shared<SpdlogSink>());
  logger.set_level(spdlog::level::trace);
  return logger;
}

TEST_CASE("lines go to the job that runs on the thread, and outside a job nowhere") {
  CapturedStore store;
  JobExecution one = store.job("one");
  JobExecution two = store.job("two");
  spdlog::logger logger = logger_with_sink();
  logger.info("before");
  {
    const JobScope scope(one);
    logger.info("in {}", 1);
    std::thread([&] {
      logger.info("a thread without a job");
      const JobScope other(two);
      logger.info("in {}", 2);
    }).join();
    logger.info("still in 1");
  }
  logger.info("after");
  const auto lines = store.lines();
  REQUIRE(lines.size() == 3);
  CHECK((lines[0].job == "one" && lines[0].message == "in 1"));
  CHECK((lines[1].job == "one" && lines[1].message == "still in 1"));
  CHECK((lines[2].job == "two" && lines[2].message == "in 2"));
}

TEST_CASE("spdlog's levels become those of a job log") {
  CapturedStore store;
  JobExecution job = store.job();
  spdlog::logger logger = logger_with_sink();
  const JobScope scope(job);
  logger.trace("1");
  logger.debug("2");
  logger.info("3");
  logger.warn("4");
  logger.error("5");
  logger.critical("6");
  CHECK(store.texts() ==
        Texts{"debug: 1", "debug: 2", "info: 3", "warn: 4", "error: 5", "error: 6"});
}

TEST_CASE("the sink's own level is kept to") {
  CapturedStore store;
  JobExecution job = store.job();
  spdlog::logger logger = logger_with_sink();
  logger.sinks().front()->set_level(spdlog::level::warn);
  const JobScope scope(job);
  logger.info("too low");
  logger.warn("high enough");
  CHECK(store.texts() == Texts{"warn: high enough"});
}

TEST_CASE("the source file and line are recorded where they are known") {
  CapturedStore store;
  JobExecution job = store.job();
  spdlog::logger logger = logger_with_sink();
  const JobScope scope(job);
  SPDLOG_LOGGER_INFO(&logger, "with");
  logger.info("without");
  logger.log(spdlog::source_loc{"receipts.cpp", 7, "send"}, spdlog::level::info, "no folder");
  const auto lines = store.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].source == "spdlog_sink_test.cpp");
  CHECK(lines[0].line_number > 0);
  CHECK(lines[1].source.empty());
  CHECK(lines[1].line_number == 0);
  CHECK(lines[2].source == "receipts.cpp");
  CHECK(lines[2].line_number == 7);
}

TEST_CASE("the message is recorded alone, whatever the pattern") {
  CapturedStore store;
  JobExecution job = store.job();
  spdlog::logger logger = logger_with_sink();
  logger.set_pattern("[%H:%M:%S] [%l] %v");
  const JobScope scope(job);
  logger.info("plain {} text\nsecond line", "{}");
  logger.flush();
  CHECK(store.texts() == Texts{"info: plain {} text\nsecond line"});
}

}  // namespace
}  // namespace edo
