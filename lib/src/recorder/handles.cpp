// The handles of the public API: each call gathers its values into a Change and records it.
#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>

#include "base/fork.hpp"
#include "base/of_this_thread.hpp"
#include "base/text.hpp"
#include "base/uuid.hpp"
#include "edo/recorder.hpp"
#include "recorder/recorder_state.hpp"

namespace edo {
namespace {

using recorder::Change;
using recorder::ChangeKind;
using recorder::RecorderState;
using recorder::Row;

constexpr std::string_view kAbandoned =
    "the handle was destroyed before its end was recorded; the outcome is unknown";

// Of a name or a correlation id, in bytes. The central database indexes them, and PostgreSQL
// refuses an entry of 2704 bytes; each byte of invalid UTF-8 is replaced by three.
constexpr std::size_t kMaxNameSize = 500;

// One for each thread, so that its memory is allocated once.
Change& change_for(ChangeKind kind) {
  Change& change = base::of_this_thread<Change>();
  change.start(kind);
  return change;
}

// Collects the values of one call, and checks each of them.
class Values {
 public:
  Values(RecorderState& recorder, ChangeKind kind)
      : recorder_(recorder), change_(change_for(kind)) {}

  Values& text(std::string_view text) { return text.empty() ? null() : required_text(text); }
  Values& required_text(std::string_view text) {
    base::admit_text(text, recorder_.options().max_json_size, change_.add_text());
    return *this;
  }
  Values& name(std::string_view name) { return name.empty() ? null() : required_name(name); }
  Values& required_name(std::string_view name) {
    base::admit_text(name, kMaxNameSize, change_.add_text());
    return *this;
  }
  Values& json(std::string_view json, bool captured = true) {
    if (json.empty() || !captured) {
      change_.add_null();
    } else {
      const std::size_t limit = recorder_.options().max_json_size;
      if (recorder_.redaction().may_match(json)) {
        std::string redacted(json);
        recorder_.redaction().apply(redacted);
        base::admit_json(redacted, limit, change_.add_text());
      } else {
        base::admit_json(json, limit, change_.add_text());
      }
    }
    return *this;
  }
  // Text that we have made ourselves, which needs no check.
  Values& known(std::string_view text) {
    change_.add(text);
    return *this;
  }
  Values& integer(std::optional<std::int64_t> integer) {
    constexpr std::int64_t kMin = std::numeric_limits<std::int32_t>::min();
    constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
    if (integer) integer = std::clamp(*integer, kMin, kMax);
    change_.add(integer);
    return *this;
  }
  Values& now() { return known(base::format_timestamp(recorder_.clock().now())); }
  Values& row(const std::shared_ptr<Row>& row) {
    change_.add_row(row);
    return *this;
  }
  Values& recorder() {
    change_.add_recorder();
    return *this;
  }
  // A UUID that the host gave. An invalid one is reported and omitted.
  Values& uuid(std::string_view name, std::string_view text) {
    const auto uuid = base::parse_uuid(text);
    if (uuid) return known(base::to_string(*uuid));
    if (!text.empty()) refuse(name, text, "is not a UUID and was omitted");
    change_.add_null();
    return *this;
  }
  // The same for a column that keeps any text, but UUIDs in their canonical form.
  Values& uuid_like(std::string_view text) {
    const auto uuid = base::parse_uuid(text);
    return uuid ? known(base::to_string(*uuid)) : this->text(text);
  }
  Values& timestamp(std::string_view name, std::string_view text) {
    const auto time = base::parse_timestamp(text);
    if (time) return known(base::format_timestamp(*time));
    if (!text.empty()) refuse(name, text, "is not an ISO 8601 time and was omitted");
    change_.add_null();
    return *this;
  }
  Values& stack(std::string_view stack) {
    return text(recorder_.options().capture_error_stacks ? stack : std::string_view{});
  }

  Outcome record() { return recorder_.record(change_); }

 private:
  Values& null() {
    change_.add_null();
    return *this;
  }

  void refuse(std::string_view name, std::string_view text, std::string_view why) {
    recorder_.report(Error(ErrorKind::invalid_argument,
                           std::string(name) + " '" + std::string(text) + "' " + std::string(why)));
  }

  RecorderState& recorder_;
  Change& change_;
};

// A row's own id: the host's if it is a UUID, else a new one.
std::string own_id(RecorderState& recorder, std::string_view wanted) {
  if (wanted.empty()) return base::to_string(base::new_uuid());
  if (const auto uuid = base::parse_uuid(wanted)) return base::to_string(*uuid);
  recorder.report(Error(ErrorKind::invalid_argument,
                        "id '" + std::string(wanted) + "' is not a UUID; a new one was made"));
  return base::to_string(base::new_uuid());
}

std::shared_ptr<Row> new_row(RecorderState& recorder, std::string_view wanted_id) {
  auto row = std::make_shared<Row>();
  row->id = own_id(recorder, wanted_id);
  row->is_named = !wanted_id.empty();
  return row;
}

// What all rows of one invocation have in common.
struct Chain {
  std::shared_ptr<RecorderState> recorder;
  std::shared_ptr<Row> invocation;
  std::string correlation_id;
};

// When something began, to measure how long it took.
class Stopwatch {
 public:
  explicit Stopwatch(const RecorderState& recorder)
      : clock_(recorder.clock()), began_(clock_.steady()) {}
  [[nodiscard]] std::int64_t elapsed_ms(std::optional<std::chrono::milliseconds> known) const {
    return known ? known->count() : (clock_.steady() - began_) / 1000;
  }
  void restart() { began_ = clock_.steady(); }

 private:
  const base::Clock& clock_;
  base::Micros began_;
};

const std::string& no_text() noexcept {
  static const auto& empty = *new std::string;
  return empty;
}

// The functions of a handle never throw into the host. If memory is lacking, the call is dropped,
// counted and reported.
template <typename Body>
Outcome dropped_if_thrown(RecorderState& recorder, Body&& body) noexcept {
  try {
    return body();
  } catch (const std::exception& failure) {
    recorder.count_dropped(Error(ErrorKind::io, "record", {}, failure.what()));
    return Outcome::dropped;
  }
}

// What every handle holds.
struct Handle {
  std::shared_ptr<Chain> chain;
  std::shared_ptr<Row> row;
  Stopwatch watch;
  Outcome started = Outcome::dropped;
  std::uint64_t generation = base::fork_generation();

  // Notes the outcome of the start, and the id under which it was stored.
  Outcome begin(Outcome outcome) {
    started = outcome;
    if (outcome == Outcome::stored) row->id = row->stored_id();
    return outcome;
  }

  [[nodiscard]] RecorderState& recorder() const { return *chain->recorder; }
  [[nodiscard]] bool is_open() const { return !row->ended; }
  // A forked child inherits its parent's handles; when it destroys them, they are not abandoned.
  [[nodiscard]] bool is_abandoned() const {
    return is_open() && generation == base::fork_generation();
  }

  // The values with which every row ends; a job also has a result. The row counts as ended before
  // that is recorded: a row below it that ends at the same moment is then either counted by it, or
  // sees that it must recount.
  Outcome end(ChangeKind kind, std::string_view status, const Failure& failure,
              std::optional<std::string_view> result = {}) const {
    row->ended = true;
    Values values(recorder(), kind);
    values.row(row)
        .now()
        .integer(watch.elapsed_ms(failure.duration))
        .known(status)
        .text(failure.message)
        .stack(failure.stack);
    if (result) values.json(*result);
    return values.record();
  }

  // Rows that are recorded below a row after its end, for example after a time-out, must still be
  // counted.
  void recount(ChangeKind kind, const std::shared_ptr<Row>& parent) const {
    if (parent->ended) (void)Values(recorder(), kind).row(parent).now().record();
  }
};

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
  }
  return "info";
}

}  // namespace

// Jobs.

struct JobExecution::State : Handle {
  std::shared_ptr<Row> event = {};
  std::int64_t lines = 0;

  Outcome finish(std::string_view status, std::string_view result,
                 const Failure& failure) noexcept {
    if (!is_open()) return Outcome::disabled;
    return dropped_if_thrown(recorder(), [&] {
      const Outcome outcome = end(ChangeKind::finish_job, status, failure, result);
      recount(ChangeKind::recount_event, event);
      recount(ChangeKind::recount_invocation, chain->invocation);
      return outcome;
    });
  }
};

JobExecution::JobExecution() noexcept = default;
JobExecution::JobExecution(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
JobExecution::JobExecution(JobExecution&&) noexcept = default;

JobExecution& JobExecution::operator=(JobExecution&& other) noexcept {
  JobExecution old(std::move(*this));
  state_ = std::move(other.state_);
  return *this;
}

JobExecution::~JobExecution() {
  if (state_ && state_->is_abandoned()) (void)fail({.message = kAbandoned});
}

const std::string& JobExecution::id() const noexcept {
  return state_ ? state_->row->id : no_text();
}

const std::string& JobExecution::correlation_id() const noexcept {
  return state_ ? state_->chain->correlation_id : no_text();
}

Outcome JobExecution::log(LogLevel level, std::string_view message, const LogLine& line) noexcept {
  if (!state_ || !state_->is_open()) return Outcome::disabled;
  RecorderState& recorder = state_->recorder();
  if (!recorder.options().capture_console_log) return Outcome::disabled;
  return dropped_if_thrown(recorder, [&] {
    return Values(recorder, ChangeKind::log)
        .known(base::to_string(base::new_uuid()))
        .row(state_->row)
        .row(state_->chain->invocation)
        .now()
        .integer(++state_->lines)
        .known(to_string(level))
        .required_text(message)
        .json(line.data)
        .text(line.source)
        .integer(line.line_number)
        .record();
  });
}

Outcome JobExecution::complete(std::string_view result, const Finish& finish) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->finish("completed", result, {.duration = finish.duration});
}

Outcome JobExecution::fail(const Failure& failure) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->finish("failed", {}, failure);
}

Outcome JobExecution::started() const noexcept {
  return state_ ? state_->started : Outcome::disabled;
}

void JobExecution::release() noexcept { state_.reset(); }

// Events.

struct EventExecution::State : Handle {
  bool handling = false;

  Outcome detection(bool detected, std::string_view status, const Failure& failure) noexcept {
    if (!is_open() || handling) return Outcome::disabled;
    return dropped_if_thrown(recorder(), [&] {
      handling = detected;
      row->ended = !detected;
      const Outcome outcome = Values(recorder(), ChangeKind::finish_detection)
                                  .row(row)
                                  .now()
                                  .integer(detected)
                                  .integer(watch.elapsed_ms(failure.duration))
                                  .known(status)
                                  .text(failure.message)
                                  .stack(failure.stack)
                                  .record();
      watch.restart();
      recount(ChangeKind::recount_invocation, chain->invocation);
      return outcome;
    });
  }

  Outcome finish(std::string_view status, const Failure& failure) noexcept {
    if (!is_open()) return Outcome::disabled;
    return dropped_if_thrown(recorder(),
                             [&] { return end(ChangeKind::finish_event, status, failure); });
  }
};

EventExecution::EventExecution() noexcept = default;
EventExecution::EventExecution(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
EventExecution::EventExecution(EventExecution&&) noexcept = default;

EventExecution& EventExecution::operator=(EventExecution&& other) noexcept {
  EventExecution old(std::move(*this));
  state_ = std::move(other.state_);
  return *this;
}

EventExecution::~EventExecution() {
  if (!state_ || !state_->is_abandoned()) return;
  if (state_->handling) {
    (void)handler_failed({.message = kAbandoned});
  } else {
    (void)detection_failed({.message = kAbandoned});
  }
}

const std::string& EventExecution::id() const noexcept {
  return state_ ? state_->row->id : no_text();
}

Outcome EventExecution::detected(const Finish& finish) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->detection(true, "handling", {.duration = finish.duration});
}

Outcome EventExecution::not_detected(const Finish& finish) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->detection(false, "not_detected", {.duration = finish.duration});
}

Outcome EventExecution::detection_failed(const Failure& failure) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->detection(false, "detection_failed", failure);
}

JobExecution EventExecution::start_job(const JobStart& start) noexcept {
  if (!state_) return {};
  RecorderState& recorder = state_->recorder();
  JobExecution job;
  (void)dropped_if_thrown(recorder, [&] {
    auto state = std::make_unique<JobExecution::State>(JobExecution::State{
        {state_->chain, new_row(recorder, start.id), Stopwatch(recorder)}, state_->row});
    const Outcome outcome =
        state->begin(Values(recorder, ChangeKind::start_job)
                         .row(state->row)
                         .row(state_->chain->invocation)
                         .row(state_->row)
                         .now()
                         .text(state_->chain->correlation_id)
                         .required_name(start.job_name)
                         .name(start.job_function_name)
                         .json(start.job_options, recorder.options().capture_job_options)
                         .recorder()
                         .record());
    job = JobExecution(std::move(state));
    return outcome;
  });
  return job;
}

Outcome EventExecution::complete(const Finish& finish) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->finish("completed", {.duration = finish.duration});
}

Outcome EventExecution::handler_failed(const Failure& failure) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->finish("handler_failed", failure);
}

Outcome EventExecution::started() const noexcept {
  return state_ ? state_->started : Outcome::disabled;
}

void EventExecution::release() noexcept { state_.reset(); }

// Invocations.

struct Invocation::State : Handle {
  Outcome finish(std::string_view status, const Failure& failure) noexcept {
    if (!is_open()) return Outcome::disabled;
    return dropped_if_thrown(recorder(),
                             [&] { return end(ChangeKind::finish_invocation, status, failure); });
  }
};

Invocation::Invocation() noexcept = default;
Invocation::Invocation(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Invocation::Invocation(Invocation&&) noexcept = default;

Invocation& Invocation::operator=(Invocation&& other) noexcept {
  Invocation old(std::move(*this));
  state_ = std::move(other.state_);
  return *this;
}

Invocation::~Invocation() {
  if (state_ && state_->is_abandoned()) (void)fail({.message = kAbandoned});
}

const std::string& Invocation::id() const noexcept { return state_ ? state_->row->id : no_text(); }

const std::string& Invocation::correlation_id() const noexcept {
  return state_ ? state_->chain->correlation_id : no_text();
}

EventExecution Invocation::start_event(const EventStart& start) noexcept {
  if (!state_) return {};
  RecorderState& recorder = state_->recorder();
  EventExecution event;
  (void)dropped_if_thrown(recorder, [&] {
    auto state = std::make_unique<EventExecution::State>(
        EventExecution::State{{state_->chain, new_row(recorder, start.id), Stopwatch(recorder)}});
    const Outcome outcome = state->begin(Values(recorder, ChangeKind::start_event)
                                             .row(state->row)
                                             .row(state_->row)
                                             .now()
                                             .text(state_->chain->correlation_id)
                                             .required_name(start.event_name)
                                             .text(start.event_module_path)
                                             .recorder()
                                             .record());
    event = EventExecution(std::move(state));
    return outcome;
  });
  return event;
}

Outcome Invocation::complete(const Finish& finish) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->finish("completed", {.duration = finish.duration});
}

Outcome Invocation::fail(const Failure& failure) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->finish("failed", failure);
}

Outcome Invocation::time_out(const Finish& finish) noexcept {
  if (!state_) return Outcome::disabled;
  return state_->finish("timeout", {.duration = finish.duration});
}

Outcome Invocation::started() const noexcept {
  return state_ ? state_->started : Outcome::disabled;
}

void Invocation::release() noexcept { state_.reset(); }

// Recorders.

Recorder::Recorder(const Options& options) : state_(std::make_shared<RecorderState>(options)) {}
Recorder::Recorder(Recorder&&) noexcept = default;

Recorder& Recorder::operator=(Recorder&& other) noexcept {
  close();
  state_ = std::move(other.state_);
  return *this;
}

Recorder::~Recorder() { close(); }

Invocation Recorder::start_invocation(const InvocationStart& start) noexcept {
  if (!state_) return {};
  RecorderState& recorder = *state_;
  Invocation invocation;
  (void)dropped_if_thrown(recorder, [&] {
    auto chain = std::make_shared<Chain>();
    chain->recorder = state_;
    chain->invocation = new_row(recorder, start.id);
    if (start.correlation_id.empty()) {
      chain->correlation_id = base::to_string(base::new_uuid());
    } else {
      base::admit_text(start.correlation_id, kMaxNameSize, chain->correlation_id);
    }
    auto state = std::make_unique<Invocation::State>(
        Invocation::State{{chain, chain->invocation, Stopwatch(recorder)}});
    const Outcome outcome = state->begin(
        Values(recorder, ChangeKind::start_invocation)
            .row(chain->invocation)
            .now()
            .known(chain->correlation_id)
            .required_name(start.source_function.empty() ? "unknown" : start.source_function)
            .name(start.source_table)
            .name(start.source_operation)
            .name(start.source_system)
            .uuid("source_job_id", start.source_job_id)
            .uuid_like(start.source_event_id)
            .json(start.source_event_payload, recorder.options().capture_hasura_payload)
            .timestamp("source_event_time", start.source_event_time)
            .text(start.source_user_email)
            .text(start.source_user_role)
            .integer(start.auto_load_modules)
            .text(start.event_modules_directory)
            .json(start.context_data)
            .recorder()
            .record());
    invocation = Invocation(std::move(state));
    return outcome;
  });
  return invocation;
}

Health Recorder::health() const noexcept { return state_ ? state_->health() : Health{}; }

bool Recorder::flush(std::chrono::milliseconds timeout) noexcept {
  return state_ && state_->flush(timeout);
}

Health Recorder::close(std::chrono::milliseconds timeout) noexcept {
  return state_ ? state_->close(timeout) : Health{};
}

}  // namespace edo
