// Records what an event-driven function does: invocations, the event modules each one checks, the
// jobs they run and the lines those jobs log.
//
//   edo::Recorder recorder({.store = "telemetry.db"});
//   auto invocation = recorder.start_invocation({.source_function = "orders"});
//   auto event = invocation.start_event({.event_name = "order.created"});
//   event.detected({.duration_ms = 2});
//   auto job = event.start_job({.job_name = "send_receipt"});
//   job.log(edo::LogLevel::info, "sent to a@example.com");
//   job.complete(R"({"sent": true})");
//   event.complete();
//   invocation.complete();
//
// Every call is committed when it returns. Opening throws edo::Error; after that no call throws or
// waits for longer than Options::busy_timeout: a call that cannot be stored waits in memory and is
// stored by a later one, and what must be given up is counted, told to Options::on_error and noted
// in the store once it works again.
//
// A Recorder may be used by any number of threads. A handle may be used by one thread at a time.
// A handle destroyed unfinished records that honestly: its row becomes failed, with a message. The
// first end counts; a handle that has ended keeps its id and may still start what comes late below
// it, which is counted. A handle may outlive its recorder; its calls are then reported as closed.
//
// All text is UTF-8; JSON arguments are documents as text. What Postgres would refuse is repaired,
// visibly. Views are read during the call only. An absent optional, an empty id, an empty JSON
// document and an empty text that may be null mean "not known".
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
class Core;
}

enum class LogLevel { debug, info, warn, error };

struct InvocationStart {
  // The host's own UUID for it; empty: one is made. Where a row with it is there already, as when
  // an event is delivered twice, this one is recorded under a new id, and on_error is told both, so
  // that both attempts can be seen. So it is for events and jobs.
  std::string_view id = {};
  std::string_view correlation_id = {};  // ties a chain together; empty: one is made
  std::string_view source_function = {};
  std::string_view source_table = {};      // "schema.name"
  std::string_view source_operation = {};  // INSERT, UPDATE, DELETE, MANUAL
  std::string_view source_system = "hasura";
  std::string_view source_job_id = {};         // UUID of the job that caused this invocation
  std::string_view source_event_id = {};       // UUID by Hasura's habit; any text is kept
  std::string_view source_event_payload = {};  // JSON
  std::string_view source_event_time = {};     // ISO 8601; stored in UTC
  std::string_view source_user_email = {};
  std::string_view source_user_role = {};
  std::optional<bool> auto_load_modules = {};
  std::string_view event_modules_directory = {};
  std::string_view context_data = {};  // JSON
};

struct Failure {
  std::string_view message = {};
  std::string_view stack = {};
  std::optional<std::int64_t> duration_ms = {};  // absent: measured since the start
};

struct Finish {
  std::optional<std::int64_t> duration_ms = {};  // absent: measured since the start
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
  std::string_view job_options = {};  // JSON
};

struct LogLine {
  std::string_view data = {};    // JSON
  std::string_view source = {};  // file or module
  std::optional<std::int64_t> line_number = {};
};

// What became of a call.
enum class Outcome {
  stored,    // committed
  queued,    // kept in memory, to be stored by a later call or in the background
  dropped,   // given up; on_error was told why, and the store will be told how many
  disabled,  // not wanted: the recorder or this kind of record is switched off
};

// How long closing a recorder waits for the store and its disk, unless the host says otherwise.
inline constexpr std::chrono::milliseconds kCloseTimeout{5000};

// Counters since the recorder was opened, in this process.
struct Health {
  std::uint64_t stored = 0;     // calls committed, also those that had to wait
  std::uint64_t queued = 0;     // calls that wait in memory now
  std::uint64_t dropped = 0;    // calls given up
  std::uint64_t wal_bytes = 0;  // of the write-ahead log after the last commit
};

class EDO_EXPORT JobExecution {
 public:
  JobExecution() noexcept;  // empty: every call does nothing
  JobExecution(JobExecution&&) noexcept;
  JobExecution& operator=(JobExecution&&) noexcept;
  ~JobExecution();

  // Of its row, unless that had to wait in memory and its id is then found to be taken: see
  // InvocationStart::id.
  [[nodiscard]] const std::string& id() const noexcept;
  // What became of its start.
  [[nodiscard]] Outcome started() const noexcept;
  [[nodiscard]] const std::string& correlation_id() const noexcept;

  Outcome log(LogLevel level, std::string_view message, const LogLine& line = {}) noexcept;
  // Status completed; `result` is JSON.
  Outcome complete(std::string_view result = {}, const Finish& finish = {}) noexcept;
  // Status failed.
  Outcome fail(const Failure& failure) noexcept;

  // Lets go of a row that has not ended without recording anything, which then stays running until
  // the recorder is closed or its process ends. For hosts whose handles go when a garbage collector
  // happens to come by. The handle is empty afterwards.
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

  // Of its row, unless that had to wait in memory and its id is then found to be taken: see
  // InvocationStart::id.
  [[nodiscard]] const std::string& id() const noexcept;
  // What became of its start.
  [[nodiscard]] Outcome started() const noexcept;

  // The detector's answer. not_detected and detection_failed end the event; detected starts its
  // handler.
  Outcome detected(const Finish& finish = {}) noexcept;
  Outcome not_detected(const Finish& finish = {}) noexcept;
  Outcome detection_failed(const Failure& failure) noexcept;

  // May be called while other jobs of the event run, in the thread that owns this handle.
  [[nodiscard]] JobExecution start_job(const JobStart& start) noexcept;

  // The handler came to its end: completed, or failed if one of its jobs has failed.
  Outcome complete(const Finish& finish = {}) noexcept;
  // The handler itself threw: status handler_failed.
  Outcome handler_failed(const Failure& failure) noexcept;

  void release() noexcept;  // as JobExecution::release

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

  // Of its row, unless that had to wait in memory and its id is then found to be taken: see
  // InvocationStart::id.
  [[nodiscard]] const std::string& id() const noexcept;
  // What became of its start.
  [[nodiscard]] Outcome started() const noexcept;
  [[nodiscard]] const std::string& correlation_id() const noexcept;

  [[nodiscard]] EventExecution start_event(const EventStart& start) noexcept;

  // The end, with counts taken from the events and jobs recorded under it. complete() becomes
  // failed when a job, a handler or a detector has failed.
  Outcome complete(const Finish& finish = {}) noexcept;
  Outcome fail(const Failure& failure) noexcept;
  // Status timeout; jobs may still be running and may be recorded after it.
  Outcome time_out(const Finish& finish = {}) noexcept;

  void release() noexcept;  // as JobExecution::release

 private:
  friend class Recorder;
  struct State;
  explicit Invocation(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

class EDO_EXPORT Recorder {
 public:
  // Opens the store, making or upgrading it where needed.
  // Throws Error: invalid_argument (an option, or one that says to ship although the program is not
  // linked with libedo-shipper, see edo/shipper.hpp), corrupt (not a store), schema_too_new, io,
  // full, busy (another process held the lock while the store was being made or upgraded).
  explicit Recorder(const Options& options);
  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  ~Recorder();

  [[nodiscard]] Invocation start_invocation(const InvocationStart& start) noexcept;

  [[nodiscard]] Health health() const noexcept;

  // Ends recording; calls made later are reported as closed. Stores what waits in memory, ends what
  // is still open as crashed and, unless others use the store, writes its log into it. Waits for
  // that no longer than `timeout`. Says what is left by then: calls that still wait in memory are
  // lost if the process ends now, while bytes of the log are safe and wait for whoever opens the
  // store next. A recorder that ships does so once more, for two seconds at most (edo/shipper.hpp).
  // The destructor does the same.
  Health close(std::chrono::milliseconds timeout = kCloseTimeout) noexcept;

 private:
  friend class Group;
  friend bool flush(Recorder& recorder, std::chrono::milliseconds deadline) noexcept;
  // Shared with the handles, which may outlive the recorder.
  std::shared_ptr<recorder::Core> core_;
};

// Lets calls share a commit, for hosts that acknowledge several at once, such as an event loop at
// the end of a turn:
//
//   edo::Group group(recorder);
//   job.log(edo::LogLevel::info, "one");  // Outcome::queued
//   job.log(edo::LogLevel::info, "two");
//   group.commit();  // Outcome::stored
//
// What this thread records while a group is there waits in memory for commit(), the end of the
// group or 1 MB of it, and is lost if the process dies before. An invocation that is started under
// an id of the host's is stored at once, after what has gathered, as the id may be taken. A group
// belongs to the thread that made it; of several for one recorder in one thread, the newest
// gathers. It may outlive the recorder, but what it has not committed when that is closed is
// dropped. All of an invocation's tree should be recorded by that thread: counts of an event or
// invocation that another thread ends and stores meanwhile do not include what still waits here.
class EDO_EXPORT Group {
 public:
  explicit Group(Recorder& recorder);
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;
  ~Group();

  // Stores what has gathered, in one transaction, and goes on gathering. The worst outcome of all
  // these calls; stored if there are none.
  Outcome commit() noexcept;

  // The same on a thread of the group, for a thread that does not wait for the disk. What comes
  // while that is busy shares the next transaction; everything is stored in its order. Then `done`
  // is called there, with the worst outcome of the transaction; it must not throw and not use the
  // group. commit() and the end of the group wait for it, and so does a call for which there is no
  // room. After a fork it is not called in the child.
  void commit_later(std::function<void(Outcome)> done) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace edo
