// What a recorder asks of a library that ships, and when.
#include "recorder/shipping.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <vector>

#include "edo/recorder.hpp"
#include "recorder/recorder_state.hpp"
#include "support/files.hpp"

namespace edo::recorder {
namespace {

// What was asked of any of them, in order.
std::vector<std::string> asked;

class Recorded final : public Shipping {
 public:
  void invocation_ended() noexcept override { asked.emplace_back("ended"); }
  bool ship(std::chrono::milliseconds timeout) noexcept override {
    asked.push_back("ship " + std::to_string(timeout.count()));
    return true;
  }
  void end() noexcept override { asked.emplace_back("end"); }
};

Options shipping(const std::string& store) {
  Options options;
  options.store = store;
  options.central_database.replicate = Replicate::on_end;
  return options;
}

void provide() {
  asked.clear();
  provide_shipping({.check = [](const Options&) { asked.emplace_back("check"); },
                    .start = [](const Options&) -> std::unique_ptr<Shipping> {
                      asked.emplace_back("start");
                      return std::make_unique<Recorded>();
                    }});
}

}  // namespace

TEST_CASE("a recorder that is to ship does not open where nothing ships") {
  const testing::TemporaryDirectory directory;
  provide_shipping({});
  const Options options = shipping(directory / "telemetry.db");
  try {
    const Recorder recorder(options);
    FAIL("it has opened");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid_argument);
    CHECK_THAT(error.what(), Catch::Contains("replicate is onEnd") &&
                                 Catch::Contains("link libedo-shipper") &&
                                 Catch::Contains("edo-replicator"));
  }
  CHECK_FALSE(std::filesystem::exists(options.store));
}

TEST_CASE("the shipper hears of each end of an invocation, and is ended after the recorder") {
  const testing::TemporaryDirectory directory;
  provide();
  {
    Recorder recorder(shipping(directory / "telemetry.db"));
    CHECK(asked == std::vector<std::string>{"check", "start"});
    auto invocation = recorder.start_invocation({});
    auto event = invocation.start_event({.event_name = "e"});
    (void)event.not_detected();
    CHECK(asked.size() == 2);
    (void)invocation.complete();
    (void)recorder.start_invocation({}).fail({});
    (void)recorder.start_invocation({}).time_out();
    CHECK(asked == std::vector<std::string>{"check", "start", "ended", "ended", "ended"});
    recorder.close();
    CHECK(asked.back() == "end");
  }
  CHECK(std::count(asked.begin(), asked.end(), "end") >= 1);
}

TEST_CASE("what gathers counts when it is committed") {
  const testing::TemporaryDirectory directory;
  provide();
  Recorder recorder(shipping(directory / "telemetry.db"));
  Group group(recorder);
  (void)recorder.start_invocation({}).complete();
  CHECK(asked.back() == "start");
  (void)group.commit();
  CHECK(asked.back() == "ended");
}

TEST_CASE("ship() is passed on until the recorder is closed") {
  const testing::TemporaryDirectory directory;
  provide();
  RecorderState recorder(shipping(directory / "telemetry.db"));
  CHECK(recorder.ship(std::chrono::milliseconds(7)));
  CHECK(asked.back() == "ship 7");
  recorder.close();
  CHECK_FALSE(recorder.ship(std::chrono::milliseconds(7)));
  CHECK(asked.back() == "end");
}

TEST_CASE("a recorder that is disabled or does not ship asks for nothing") {
  const testing::TemporaryDirectory directory;
  provide();
  Options disabled = shipping(directory / "none.db");
  disabled.enabled = false;
  RecorderState none(disabled);
  CHECK_FALSE(none.ship(std::chrono::milliseconds(7)));
  Options off = shipping(directory / "telemetry.db");
  off.central_database.replicate = Replicate::off;
  RecorderState recorder(off);
  CHECK_FALSE(recorder.ship(std::chrono::milliseconds(7)));
  CHECK(asked.empty());
}

TEST_CASE("options of shipping are reported while nothing ships") {
  const testing::TemporaryDirectory directory;
  std::vector<std::string> told;
  Options options;
  options.store = directory / "telemetry.db";
  options.central_database.connection_string = "postgresql://edo@db.example.com/edo";
  options.on_error = [&](const Error& error) { told.emplace_back(error.what()); };
  { const Recorder recorder(options); }
  CHECK(told.empty());
  options.central_database.batch_size = 7;
  options.central_database.transport = Transport::inbox;
  { const Recorder recorder(options); }
  REQUIRE(told.size() == 1);
  CHECK_THAT(told[0], Catch::Contains("have no effect: replicateVia, batchSize;"));
}

}  // namespace edo::recorder
