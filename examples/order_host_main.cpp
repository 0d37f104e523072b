// A function that handles one Hasura event and records what it does. Start here to see how a host
// uses the recorder:
//
//   order_host examples/payloads/order_created.json --store telemetry.db
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "edo/recorder.hpp"
#include "edo/run_job.hpp"
#include "examples/event_modules.hpp"
#include "examples/hasura_payload.hpp"

namespace {

using edo::LogLevel;
using edo::examples::EventModule;
using edo::examples::HasuraPayload;
using edo::examples::Json;

// Jobs do the work of an event. They are ordinary functions that log to the handle they are given,
// return their result as JSON, and throw when they cannot do what they are for.

Json write_audit_line(const HasuraPayload& payload, edo::JobExecution& job) {
  const Json line = {{"table", payload.table}, {"op", payload.operation}};
  job.log(LogLevel::info, "audited the change of " + payload.table, {.data = line.dump()});
  return {{"audited", true}};
}

Json notify_customer(const HasuraPayload& payload, edo::JobExecution& job) {
  const Json& row = payload.row();
  const std::string email = row.value("customer_email", row.value("email", ""));
  job.log(LogLevel::debug, "looking for an address");
  if (email.empty()) throw std::runtime_error("the row has no e-mail address");
  job.log(LogLevel::info, "mail queued for " + email);
  return {{"queued", true}, {"to", email}};
}

using Job = Json (*)(const HasuraPayload& payload, edo::JobExecution& job);

// Runs in a thread of its own. A job that throws is recorded as failed, and the others go on.
void run(Job function, const HasuraPayload& payload, edo::JobExecution job) {
  edo::run_job(job, [&](edo::JobExecution& running) { return function(payload, running).dump(); });
}

// All jobs of an event start at once, each with a handle of its own; the threads are joined at the
// end, so the event is complete when the last job has ended.
void handle_event(const HasuraPayload& payload, edo::EventExecution& event) {
  std::vector<std::jthread> threads;
  threads.emplace_back(run, write_audit_line, std::cref(payload),
                       event.start_job({.job_name = "write_audit_line"}));
  threads.emplace_back(
      run, notify_customer, std::cref(payload),
      event.start_job({.job_name = "notify_customer", .job_options = R"({"channel": "mail"})"}));
}

// Asks one event module whether its event has happened, and handles it if so.
void check_event(const EventModule& module, const HasuraPayload& payload,
                 edo::Invocation& invocation) {
  auto event =
      invocation.start_event({.event_name = module.name, .event_module_path = module.path});
  try {
    if (!module.detect(payload)) {
      event.not_detected();
      return;
    }
  } catch (const std::exception& error) {
    event.detection_failed({.message = error.what()});
    return;
  }
  event.detected();
  handle_event(payload, event);
  event.complete();
}

// One invocation: what caused it is in the payload, what happens is recorded as it happens.
std::string handle(const HasuraPayload& payload, edo::Recorder& recorder) {
  auto invocation = recorder.start_invocation({
      .correlation_id = payload.correlation_id,
      .source_function = "order-host",
      .source_table = payload.table,
      .source_operation = payload.operation,
      .source_job_id = payload.source_job_id,
      .source_event_id = payload.id,
      .source_event_payload = payload.text,
      .source_event_time = payload.time,
      .source_user_email = payload.user_email,
      .source_user_role = payload.user_role,
  });
  std::string id = invocation.id();  // not const, so that it is moved out
  for (const EventModule& module : edo::examples::event_modules()) {
    check_event(module, payload, invocation);
  }
  invocation.complete();  // failed, if any of its jobs has failed
  return id;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

}  // namespace

int main(int argc, char** argv) {
  std::string payload_file;
  edo::Options options;
  CLI::App app("Handles one Hasura event and records what it does.");
  app.add_option("payload", payload_file, "a Hasura event-trigger payload (JSON)")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--store", options.store, "the store to record into")
      ->envname("EDO_STORE")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }

  // A call that could not be stored does not throw; it is told here.
  options.on_error = [](const edo::Error& error) {
    fmt::print(stderr, "order_host: {}\n", error.what());
  };
  try {
    edo::Recorder recorder(options);
    const std::string id = handle(edo::examples::read_payload(read_file(payload_file)), recorder);
    fmt::print("recorded in {}; show it with: edo show {} --store {}\n", options.store, id,
               options.store);
  } catch (const std::exception& error) {
    fmt::print(stderr, "order_host: {}: {}\n", payload_file, error.what());
    return 1;
  }
  return 0;
}
