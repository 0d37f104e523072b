// A C++ host outside of our build: recording, options, an error that is caught by its type. It uses
// parts of the standard library that the library uses as well, which must not meet as two
// definitions when it is linked statically.
#include <atomic>
#include <cstdio>
#include <edo/log_capture.hpp>
#include <edo/option_sources.hpp>
#include <edo/recorder.hpp>
#include <edo/tracking.hpp>
#include <edo/version.hpp>
#include <memory>
#include <string>

namespace {

bool refuses_wrong_options() {
  try {
    (void)edo::options_from_json(R"({"durability": "eternal"})");
  } catch (const edo::Error& failure) {
    return failure.kind() == edo::ErrorKind::invalid_argument && failure.object() == "durability";
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (edo::library_version() != edo::kVersion) return 2;
  if (argc != 2 || !refuses_wrong_options()) return 2;
  try {
    const auto recorder = std::make_shared<edo::Recorder>(edo::options_from_json(argv[1]));
    auto invocation = recorder->start_invocation({.source_function = "cpp"});
    auto event = invocation.start_event({.event_name = "order.created"});
    event.detected();
    auto job = event.start_job({.job_name = "send_receipt"});
    {
      const edo::JobScope scope(job);
      std::atomic<int> sent = 1;
      sent.notify_all();
      edo::log_to_current_job(edo::LogLevel::info, "sent " + std::to_string(sent));
    }
    const std::string token = edo::build_tracking_token("cpp", job.correlation_id(), job.id());
    job.complete();
    event.complete();
    std::puts(invocation.id().c_str());
    const bool completed = invocation.complete() == edo::Outcome::stored;
    return completed && edo::parse_tracking_token(token) ? 0 : 1;
  } catch (const edo::Error& failure) {
    std::fprintf(stderr, "cpp_host: %s\n", failure.what());
    return 1;
  }
}
