// A store that real recorders have filled, small enough to know every row of.
#pragma once

#include <memory>
#include <string>

#include "edo/recorder.hpp"

namespace edo::testing {

// From old to new, one second between them, all within the last minute:
//   orders    failed: three event modules did not detect, order.created ran send_receipt, which
//             triggered mailer, and charge_card, which failed; order.audit failed to detect
//   mailer    completed
//   payments  timed out
//   reports   runs for as long as this object lives, with a job that runs
class SampleStore {
 public:
  // Throws if a call could not be stored.
  explicit SampleStore(const std::string& path);

  // Ends what runs, so that nothing is open any more.
  void close();

  std::string path;
  std::string orders;
  std::string order_created;
  std::string send_receipt;
  std::string mailer;
  std::string payments;
  std::string reports;

 private:
  void record_orders();
  void check(Outcome outcome) const;

  std::int64_t now_;
  std::unique_ptr<Recorder> recorder_;
  Invocation running_;
  EventExecution running_event_;
  JobExecution running_job_;
};

// Killed in the middle of an invocation of `function`: a process that has recorded its start and
// nothing more. Returns the id of the invocation.
[[nodiscard]] std::string record_and_die(const std::string& path, const std::string& function);

}  // namespace edo::testing
