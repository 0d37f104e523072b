#include "recorder/writer.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "base/fork.hpp"
#include "base/signals_blocked.hpp"
#include "storage/side_files.hpp"

namespace edo::recorder {
namespace {

// While a thread is in a call, a signal handler of it that records, or an on_error that does, would
// wait for itself.
thread_local const Writer* in_call_of = nullptr;

class InCall {
 public:
  explicit InCall(const Writer* writer) noexcept : outer_(std::exchange(in_call_of, writer)) {}
  InCall(const InCall&) = delete;
  InCall& operator=(const InCall&) = delete;
  ~InCall() { in_call_of = outer_; }

 private:
  const Writer* const outer_;
};

}  // namespace

Writer::Writer(const Options& options, std::shared_ptr<const base::Clock> clock, Report report,
               Open open)
    : options_(options),
      clock_(std::move(clock)),
      report_(std::move(report)),
      generation_(base::fork_generation()),
      wakeup_(storage::name_of(options.store)),
      call_writer_(options_, *clock_, wakeup_),
      group_(options_, call_writer_, wakeup_),
      maintenance_(options_, group_, call_writer_, wakeup_,
                   [this](const Error& error) { report_from_thread(error); }) {
  if (open == Open::now) call_writer_.open();
  const base::SignalsBlocked blocked;
  // Not joined: it may be waiting for a disk when its owner may wait no longer.
  std::thread([this] {
    maintenance_.run();
    let_go();
  }).detach();
}

void Writer::let_go() noexcept {
  if (--holders_ == 0) delete this;
}

Outcome Writer::record(const Change& change) {
  Call call{.change = &change};
  settle({&call, 1});
  return call.outcome;
}

Outcome Writer::record(const Queue& changes) {
  std::vector<Call> calls(changes.size());
  for (std::size_t i = 0; i < calls.size(); ++i) calls[i].change = &changes[i];
  settle(calls);
  const auto worst = std::max_element(calls.begin(), calls.end(), [](const Call& a, const Call& b) {
    return a.outcome < b.outcome;
  });
  return worst->outcome;
}

void Writer::settle(std::span<Call> calls) {
  if (in_call_of == this) {
    group_.count_nested(calls.size());
    return;
  }
  const InCall in_call(this);
  report_all(group_.settle(calls));
  for (const Call& call : calls) {
    if (call.error) report_(*call.error);
  }
}

void Writer::commit() {
  if (in_call_of == this) return;
  const InCall in_call(this);
  report_all(group_.try_to_lead(options_.busy_timeout, [this] {
    if (!call_writer_.queue().empty()) call_writer_.store_queued();
  }));
}

bool Writer::flush(std::chrono::milliseconds timeout) {
  return in_call_of != this && group_.flush(timeout);
}

Health Writer::close(std::chrono::milliseconds timeout) {
  const auto [left, ended] = group_.close(timeout);
  if (!ended) maintenance_.silence();
  return left;
}

void Writer::report_all(const Reports& reports) const {
  for (const Error& error : reports) report_(error);
}

// While the host listens.
void Writer::report_from_thread(const Error& error) const {
  const InCall in_call(this);
  report_(error);
}

}  // namespace edo::recorder
