// A function as a service in C++: it records one invocation and ships it before it answers, since
// its sandbox may be frozen from then on.
//
//   c++ -std=c++20 shipping_host.cpp $(pkg-config --cflags --libs edo-shipper) -o shipping_host
//   OBSERVABILITY_DB_URL=postgresql://… ./shipping_host '{"store": "telemetry.db"}'
//
// It prints the invocation's id, and exits with 0 if that is in the central database, else with 3;
// then it is in the store, and the next one ships it.
#include <chrono>
#include <cstdio>
#include <edo/option_sources.hpp>
#include <edo/recorder.hpp>
#include <edo/run_job.hpp>
#include <edo/shipper.hpp>
#include <string>

namespace {

edo::Options options(const char* json) {
  edo::Options options;
  options.central_database.replicate = edo::Replicate::on_end;
  edo::apply_environment(options, edo::process_environment());
  if (json != nullptr) edo::apply_json(options, json);
  options.on_error = [](const edo::Error& error) {
    std::fprintf(stderr, "shipping_host: %s\n", error.what());
  };
  return options;
}

// Returns the invocation's id.
std::string handle_order(edo::Recorder& recorder) {
  auto invocation = recorder.start_invocation({.source_function = "orders"});
  auto event = invocation.start_event({.event_name = "order.created"});
  event.detected();
  edo::run_job(event, {.job_name = "send_receipt"}, [](edo::JobExecution& job) {
    job.log(edo::LogLevel::info, "sent the receipt");
    return R"({"sent": true})";
  });
  event.complete();
  invocation.complete();
  return invocation.id();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    edo::Recorder recorder(options(argc > 1 ? argv[1] : nullptr));
    std::puts(handle_order(recorder).c_str());
    return edo::ship(recorder, std::chrono::seconds(2)) ? 0 : 3;
  } catch (const edo::Error& error) {
    std::fprintf(stderr, "shipping_host: %s\n", error.what());
    return 1;
  }
}
