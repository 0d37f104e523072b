/// @file
/// Records what an event-driven function does: invocations, the event modules each one checks, the
/// jobs they run and the lines those jobs log.
///
///     edo::Recorder recorder({.store = "telemetry.db"});
///     auto invocation = recorder.start_invocation({.source_function = "orders"});
///     auto event = invocation.start_event({.event_name = "order.created"});
///     event.detected({.duration = std::chrono::milliseconds(2)});
///     auto job = event.start_job({.job_name = "send_receipt"});
///     job.log(edo::LogLevel::info, "sent to a@example.com");
///     job.complete(R"({"sent": true})");
///     event.complete();
///     invocation.complete();
///
/// Every call is committed when it returns. Opening throws edo::Error. After that, no call throws
/// or waits for longer than Options::busy_timeout: a call that cannot be stored is queued in
/// memory, and a later one stores it. A call that must be dropped is counted, reported to
/// Options::on_error and noted in the store when it works again.
///
/// Any number of threads may use a Recorder at once; one thread at a time may use a handle.
/// Destroying a handle that has not ended records its row as failed, with a message. The first end
/// counts; a handle that has ended keeps its id and can still start late events and jobs below it,
/// which are counted. A handle may outlive its recorder; its calls are then reported as closed.
///
/// Text is UTF-8; JSON arguments are documents as text. Values that Postgres would refuse are
/// repaired, visibly. A call reads views only while it runs. An absent optional, an empty id, an
/// empty JSON document and an empty text that may be null mean "not known".
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "edo/error.hpp"
#include "edo/export.hpp"
#include "edo/options.hpp"

namespace edo {

namespace recorder {
class RecorderState;
}

enum class LogLevel { debug, info, warn, error };

struct InvocationStart {
  /// The host's own UUID for it; empty: one is made. If a row with that id exists already, for
  /// example because an event was delivered twice, this invocation is recorded under a new id, and
  /// on_error gets both, so that both attempts are visible. The same holds for events and jobs.
  std::string_view id = {};
  std::string_view correlation_id = {};  ///< the same for a whole chain; empty: one is made
  std::string_view source_function = {};
  std::string_view source_table = {};      ///< "schema.name"
  std::string_view source_operation = {};  ///< INSERT, UPDATE, DELETE, MANUAL
  std::string_view source_system = "hasura";
  std::string_view source_job_id = {};         ///< UUID of the job that caused this invocation
  std::string_view source_event_id = {};       ///< UUID by Hasura's habit; any text is kept
  std::string_view source_event_payload = {};  ///< JSON
  std::string_view source_event_time = {};     ///< ISO 8601; stored in UTC
  std::string_view source_user_email = {};
  std::string_view source_user_role = {};
  std::optional<bool> auto_load_modules = {};
  std::string_view event_modules_directory = {};
  std::string_view context_data = {};  ///< JSON
};

struct Failure {
  std::string_view message = {};
  std::string_view stack = {};
  std::optional<std::chrono::milliseconds> duration = {};  ///< absent: measured since the start
};

struct Finish {
  std::optional<std::chrono::milliseconds> duration = {};  ///< absent: measured since the start
};

struct EventStart {
  std::string_view id = {};
  std::string_view event_name = {};
  std::string_view event_module_path = {};
};

struct JobStart {
  std::string_view id = {};
  std::string_view job_name = {};
  std::string_view job_function_name = {};
  std::string_view job_options = {};  ///< JSON
};

struct LogLine {
  std::string_view data = {};    ///< JSON
  std::string_view source = {};  ///< file or module
  std::optional<std::int64_t> line_number = {};
};

/// The outcome of a call.
enum class Outcome {
  stored,    ///< committed
  queued,    ///< kept in memory, to be stored by a later call or in the background
  dropped,   ///< given up; on_error gets the reason, and the store counts it later
  disabled,  ///< the recorder or this kind of record is switched off
};

/// How long closing a recorder waits for the store and its disk by default.
inline constexpr std::chrono::milliseconds kCloseTimeout{5000};

/// Counters since the recorder was opened, in this process.
struct Health {
  std::uint64_t stored = 0;     ///< committed calls, including those that were queued
  std::uint64_t queued = 0;     ///< calls that are in memory now
  std::uint64_t dropped = 0;    ///< calls that were given up
  std::uint64_t wal_bytes = 0;  ///< size of the write-ahead log after the last commit
};

class EDO_EXPORT JobExecution {
 public:
  JobExecution() noexcept;  ///< empty: every call does nothing
  JobExecution(JobExecution&&) noexcept;
  JobExecution& operator=(JobExecution&&) noexcept;
  ~JobExecution();

  /// False if it is empty: never started, moved from or released.
  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }

  /// The id of its row. The row of a queued call may get another one: see InvocationStart::id.
  [[nodiscard]] const std::string& id() const noexcept;
  /// The outcome of its start.
  [[nodiscard]] Outcome started() const noexcept;
  [[nodiscard]] const std::string& correlation_id() const noexcept;

  Outcome log(LogLevel level, std::string_view message, const LogLine& line = {}) noexcept;
  /// Status completed; `result` is JSON.
  Outcome complete(std::string_view result = {}, const Finish& finish = {}) noexcept;
  /// Status failed.
  Outcome fail(const Failure& failure) noexcept;

  /// Gives up the handle without recording an end: the row stays running until the recorder closes
  /// or its process ends. For hosts whose garbage collector destroys handles at any time. The
  /// handle is empty afterwards.
  void release() noexcept;

 private:
  friend class EventExecution;
  struct State;
  explicit JobExecution(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

class EDO_EXPORT EventExecution {
 public:
  EventExecution() noexcept;
  EventExecution(EventExecution&&) noexcept;
  EventExecution& operator=(EventExecution&&) noexcept;
  ~EventExecution();

  /// False if it is empty: never started, moved from or released.
  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }

  /// The id of its row. The row of a queued call may get another one: see InvocationStart::id.
  [[nodiscard]] const std::string& id() const noexcept;
  /// The outcome of its start.
  [[nodiscard]] Outcome started() const noexcept;

  /// The detector's answer. not_detected and detection_failed end the event; detected starts its
  /// handler.
  Outcome detected(const Finish& finish = {}) noexcept;
  Outcome not_detected(const Finish& finish = {}) noexcept;
  Outcome detection_failed(const Failure& failure) noexcept;

  /// May be called while other jobs of the event run, but only by the thread that uses this handle.
  [[nodiscard]] JobExecution start_job(const JobStart& start) noexcept;

  /// The handler has ended: status completed, or failed if one of its jobs has failed.
  Outcome complete(const Finish& finish = {}) noexcept;
  /// The handler itself threw: status handler_failed.
  Outcome handler_failed(const Failure& failure) noexcept;

  void release() noexcept;  ///< as JobExecution::release

 private:
  friend class Invocation;
  struct State;
  explicit EventExecution(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

class EDO_EXPORT Invocation {
 public:
  Invocation() noexcept;
  Invocation(Invocation&&) noexcept;
  Invocation& operator=(Invocation&&) noexcept;
  ~Invocation();

  /// False if it is empty: never started, moved from or released.
  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }

  /// The id of its row. The row of a queued call may get another one: see InvocationStart::id.
  [[nodiscard]] const std::string& id() const noexcept;
  /// The outcome of its start.
  [[nodiscard]] Outcome started() const noexcept;
  [[nodiscard]] const std::string& correlation_id() const noexcept;

  [[nodiscard]] EventExecution start_event(const EventStart& start) noexcept;

  /// Ends the invocation, with the counts of the events and jobs recorded under it. Records it as
  /// failed instead of completed if a job, a handler or a detector has failed.
  Outcome complete(const Finish& finish = {}) noexcept;
  Outcome fail(const Failure& failure) noexcept;
  /// Ends it with status timeout. Its jobs may still run, and may be recorded later.
  Outcome time_out(const Finish& finish = {}) noexcept;

  void release() noexcept;  ///< as JobExecution::release

 private:
  friend class Recorder;
  struct State;
  explicit Invocation(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

class EDO_EXPORT Recorder {
 public:
  /// Opens the store; creates or upgrades it if needed. Throws Error: invalid_argument (a wrong
  /// option, or `replicate` in a program that is not linked with libedo-shipper, see
  /// edo/shipper.hpp), corrupt (not a store), schema_too_new, io, full, busy (another process held
  /// the lock while the store was being created or upgraded).
  explicit Recorder(const Options& options);
  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  ~Recorder();

  /// False if it was moved from.
  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }

  [[nodiscard]] Invocation start_invocation(const InvocationStart& start) noexcept;

  [[nodiscard]] Health health() const noexcept;

  /// Waits until all calls made before are committed, including those of this thread's group and
  /// those that wait to share a commit, but at most `timeout`. Returns false if some are still
  /// queued then, or if the recorder is closed. Must not be called from on_error.
  [[nodiscard]] bool flush(std::chrono::milliseconds timeout) noexcept;

  /// Ends recording; later calls are reported as closed. Stores the queued calls, ends what still
  /// runs as crashed and, unless others use the store, writes its write-ahead log into it. Waits
  /// for that at most `timeout`, and returns what is left. Calls that are still queued are lost if
  /// the process ends now. Bytes of the write-ahead log are safe: the next process that opens the
  /// store writes them into it. A recorder that ships does so once more, for two seconds at most
  /// (edo/shipper.hpp). The destructor does the same.
  Health close(std::chrono::milliseconds timeout = kCloseTimeout) noexcept;

 private:
  friend class Group;
  friend bool ship(Recorder& recorder, std::chrono::milliseconds timeout) noexcept;
  /// Shared with the handles, which may outlive the recorder.
  std::shared_ptr<recorder::RecorderState> state_;
};

/// Lets calls share one commit, for hosts that acknowledge several at once, such as an event loop
/// at the end of a turn:
///
///     edo::Group group(recorder);
///     job.log(edo::LogLevel::info, "one");  // Outcome::queued
///     job.log(edo::LogLevel::info, "two");
///     group.commit();  // Outcome::stored
///
/// While a group exists, this thread's calls wait in memory for commit(), for the end of the group
/// or until they take 1 MB. They are lost if the process dies before that. An invocation with an id
/// of the host's is stored at once, after the waiting calls, since the id may exist already. A
/// group belongs to the thread that created it; if a thread has several for one recorder, the
/// newest takes the calls. A group may outlive the recorder, but calls that it has not committed
/// when the recorder closes are dropped. One thread should record the whole tree of an invocation:
/// if another thread ends an event or invocation meanwhile, its counts do not include the calls
/// that still wait here.
class EDO_EXPORT Group {
 public:
  explicit Group(Recorder& recorder);
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group();

  /// Stores the waiting calls in one transaction; the group then takes new ones. Returns the worst
  /// outcome of these calls; stored if there are none.
  Outcome commit() noexcept;

  /// The same on a thread of the group, for a thread that does not wait for the disk. What comes
  /// while that is busy shares the next transaction; everything is stored in its order. Then `done`
  /// is called there, with the worst outcome of the transaction; it must not throw and not use the
  /// group. commit() and the end of the group wait for it, and so does a call for which there is no
  /// room. After a fork it is not called in the child.
  void commit_later(std::function<void(Outcome)> done) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace edo
