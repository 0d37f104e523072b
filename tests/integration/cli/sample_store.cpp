#include "sample_store.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <stdexcept>

#include "base/time.hpp"

namespace edo::testing {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

std::int64_t system_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

SampleStore::SampleStore(const std::string& store_path)
    : path(store_path), now_(system_now() - 30 * kSecond) {
  recorder_ = std::make_unique<Recorder>(Options{
      .store = path, .host_label = "desk", .clock = [this] { return base::timestamp(now_); }});
  record_orders();

  now_ += kSecond;
  Invocation by_job =
      recorder_->start_invocation({.source_function = "mailer", .source_job_id = send_receipt});
  mailer = by_job.id();
  check(by_job.complete({.duration = std::chrono::milliseconds(40)}));

  now_ += kSecond;
  Invocation slow = recorder_->start_invocation({.source_function = "payments",
                                                 .source_table = "public.payments",
                                                 .source_operation = "INSERT"});
  payments = slow.id();
  check(slow.time_out({.duration = std::chrono::milliseconds(61'000)}));

  now_ += kSecond;
  running_ = recorder_->start_invocation({.source_function = "reports"});
  reports = running_.id();
  running_event_ = running_.start_event({.event_name = "report.requested"});
  check(running_event_.detected({.duration = std::chrono::milliseconds(1)}));
  running_job_ = running_event_.start_job({.job_name = "render"});
}

void SampleStore::record_orders() {
  Invocation invocation = recorder_->start_invocation({
      .source_function = "orders",
      .source_table = "public.orders",
      .source_operation = "UPDATE",
      .source_event_payload = R"({"total":19.9,"id":9007199254740993})",
      .source_user_email = "ada@example.com",
      .source_user_role = "admin",
      .auto_load_modules = true,
  });
  orders = invocation.id();
  for (const char* name : {"order.cancelled", "order.deleted", "order.shipped"}) {
    check(invocation.start_event({.event_name = name})
              .not_detected({.duration = std::chrono::milliseconds(1)}));
  }
  EventExecution event = invocation.start_event({.event_name = "order.created"});
  order_created = event.id();
  check(event.detected({.duration = std::chrono::milliseconds(2)}));

  JobExecution receipt = event.start_job({.job_name = "send_receipt"});
  send_receipt = receipt.id();
  now_ += 15'000;
  check(receipt.log(LogLevel::info, "sending to ada@example.com",
                    {.data = R"({"order":17})", .source = "receipt.js", .line_number = 12}));
  check(receipt.log(LogLevel::debug, "first line\nsecond line \x1b[2J"));
  check(receipt.complete(R"({"sent":true})", {.duration = std::chrono::milliseconds(1234)}));

  JobExecution charge = event.start_job({.job_name = "charge_card"});
  check(charge.log(LogLevel::error, "gateway answered 402"));
  check(charge.fail({.message = "card declined",
                     .stack = "Error: card declined\n    at charge (charge.js:10:5)",
                     .duration = std::chrono::milliseconds(7)}));
  check(event.complete({.duration = std::chrono::milliseconds(1250)}));

  EventExecution audit = invocation.start_event({.event_name = "order.audit"});
  check(audit.detection_failed(
      {.message = "no such column: totl", .duration = std::chrono::milliseconds(3)}));
  check(invocation.complete({.duration = std::chrono::milliseconds(1300)}));
}

void SampleStore::close() {
  check(running_job_.complete());
  check(running_event_.complete());
  check(running_.complete());
  recorder_.reset();
}

void SampleStore::check(Outcome outcome) const {
  if (outcome != Outcome::stored) throw std::runtime_error("not stored in " + path);
}

std::string record_and_die(const std::string& path, const std::string& function) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("pipe");
  const pid_t child = fork();
  if (child == 0) {
    // No destructor may run in here: it would record an honest end.
    Recorder recorder({.store = path});
    const Invocation invocation = recorder.start_invocation({.source_function = function});
    const ssize_t told = write(ends[1], invocation.id().data(), invocation.id().size());
    (void)told;
    raise(SIGKILL);
  }
  close(ends[1]);
  std::string id(36, ' ');
  const ssize_t count = read(ends[0], id.data(), id.size());
  close(ends[0]);
  waitpid(child, nullptr, 0);
  if (count != 36) throw std::runtime_error("the recording process told no id");
  return id;
}

}  // namespace edo::testing
