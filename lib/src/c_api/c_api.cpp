// edo.h on top of the C++ API. Whatever a C caller can do wrong is found here, so that the classes
// behind it need not know of NULL.
#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "c_api/recorder.hpp"
#include "c_api/reporter.hpp"
#include "edo.h"
#include "edo/option_sources.hpp"
#include "edo/recorder.hpp"
#include "edo/tracking.hpp"

// What has ended already is known here as well, because a C++ handle takes a second end for a call
// that is not wanted, while C calls it a mistake.
struct edo_invocation {
  edo::Invocation wrapped;
  bool enabled = true;
  bool ended = false;
};

struct edo_event {
  edo::EventExecution wrapped;
  bool enabled = true;
  bool answered = false;
  bool ended = false;
};

struct edo_job {
  edo::JobExecution wrapped;
  bool ended = false;
};

namespace {

// No struct of ours comes near it. A size beyond it is no size, and nothing is read there.
constexpr std::size_t kLargestStruct = 4096;

std::string_view text(const char* given) noexcept {
  return given == nullptr ? std::string_view() : std::string_view(given);
}

std::optional<std::chrono::milliseconds> duration(std::int64_t given) noexcept {
  if (given < 0) return std::nullopt;
  return std::chrono::milliseconds(given);
}

// A clock could not add much longer ones.
std::chrono::milliseconds timeout_of(std::int64_t given) noexcept {
  constexpr std::int64_t kLongest = 24 * 60 * 60 * 1000;
  return std::chrono::milliseconds(std::clamp<std::int64_t>(given, 0, kLongest));
}

edo::Finish finish(std::int64_t duration_ms) noexcept {
  return {.duration = duration(duration_ms)};
}

edo::Failure failure(const char* message, const char* stack, std::int64_t duration_ms) noexcept {
  return {.message = text(message), .stack = text(stack), .duration = duration(duration_ms)};
}

std::int32_t outcome(edo::Outcome outcome) noexcept {
  switch (outcome) {
    case edo::Outcome::stored:
      return EDO_STORED;
    case edo::Outcome::queued:
      return EDO_QUEUED;
    case edo::Outcome::dropped:
      return EDO_DROPPED;
    case edo::Outcome::disabled:
      return EDO_DISABLED;
  }
  return EDO_DROPPED;
}

// Copies what the caller gave. Its struct may be longer than ours, if it was compiled with a newer
// header; then what we do not know must be 0. It cannot be shorter, as this is the first version.
template <typename Struct>
[[nodiscard]] bool admit(const Struct* given, Struct& known) noexcept {
  if (given == nullptr) return true;
  const std::size_t size = given->struct_size;
  if (size < sizeof(Struct) || size > kLargestStruct) return false;
  const char* const bytes = reinterpret_cast<const char*>(given);
  if (std::any_of(bytes + sizeof(Struct), bytes + size, [](char byte) { return byte != 0; })) {
    return false;
  }
  known = *given;
  return true;
}

// Makes a struct that the caller owns ready to be filled in: all 0 but its size.
template <typename Struct>
[[nodiscard]] bool clear(Struct& owned) noexcept {
  const std::size_t size = owned.struct_size;
  if (size < sizeof(Struct) || size > kLargestStruct) return false;
  std::memset(static_cast<void*>(&owned), 0, size);
  owned.struct_size = size;
  return true;
}

// As much of the text as fits beside a NUL, cut where a character begins.
template <std::size_t kSize>
void copy(std::string_view from, char (&to)[kSize]) noexcept {
  std::size_t size = std::min(from.size(), kSize - 1);
  if (size < from.size()) {
    while (size > 0 && (static_cast<unsigned char>(from[size]) & 0xC0) == 0x80) --size;
  }
  from.copy(to, size);
  to[size] = '\0';
}

std::int32_t failed(edo_error* error, std::int32_t result, std::int32_t kind,
                    std::string_view message) noexcept {
  if (error != nullptr) {
    error->kind = kind;
    copy(message, error->message);
  }
  return result;
}

std::unique_ptr<edo_recorder> opened(const edo_open_options& given) {
  edo::Options options;
  if (given.use_environment != 0) edo::apply_environment(options, edo::process_environment());
  if (given.options_json != nullptr) edo::apply_json(options, given.options_json);
  auto reporter = std::make_shared<edo::c_api::Reporter>(given.on_error, given.user_data);
  options.on_error = [reporter](const edo::Error& error) { reporter->report(error); };
  return std::make_unique<edo_recorder>(
      edo_recorder{std::move(reporter), options.enabled, edo::Recorder(options)});
}

// Starts something and gives a handle for it. The handle's memory comes first: without it, nothing
// is begun that nobody could end.
template <typename Handle, typename Start>
std::int32_t start_as(Handle** handle, bool enabled, Start&& start) noexcept {
  try {
    auto made = std::make_unique<Handle>();
    start(*made);
    if (made->wrapped.id().empty()) return EDO_FAILED;
    *handle = made.release();
    return enabled ? outcome((*handle)->wrapped.started()) : EDO_DISABLED;
  } catch (const std::exception&) {
    return EDO_FAILED;
  }
}

template <typename Handle, typename End>
std::int32_t end(Handle* handle, End&& how) noexcept {
  if (handle == nullptr) return EDO_NULL_HANDLE;
  if (handle->ended) return EDO_ENDED;
  handle->ended = true;
  return outcome(how());
}

void give(const edo::Health& from, edo_health& to) noexcept {
  to.stored = static_cast<std::int64_t>(from.stored);
  to.queued = static_cast<std::int64_t>(from.queued);
  to.dropped = static_cast<std::int64_t>(from.dropped);
  to.wal_bytes = static_cast<std::int64_t>(from.wal_bytes);
}

// The detector's answer, which is given once.
template <typename Answer>
std::int32_t answer(edo_event* event, bool ends, Answer&& how) noexcept {
  if (event == nullptr) return EDO_NULL_HANDLE;
  if (event->ended || event->answered) return EDO_ENDED;
  event->answered = true;
  event->ended = ends;
  return outcome(how());
}

template <typename Body>
std::int32_t guarded(Body&& body) noexcept {
  try {
    return body();
  } catch (const edo::Error&) {
    return EDO_BAD_ARGUMENT;
  } catch (const std::exception&) {
    return EDO_FAILED;
  }
}

}  // namespace

// Versions and errors.

std::int32_t edo_abi_version(void) { return EDO_ABI_VERSION; }

const char* edo_version(void) { return EDO_VERSION_STRING; }

const char* edo_error_kind_name(std::int32_t kind) {
  const auto known = edo::c_api::kind_of(kind);
  return known ? to_string(*known).data() : "unknown";  // its names are literals
}

std::int32_t edo_error_is_retryable(std::int32_t kind) {
  const auto known = edo::c_api::kind_of(kind);
  return guarded([&] { return known && edo::Error(*known, "").is_retryable() ? 1 : 0; });
}

// Recorders.

std::int32_t edo_open(const char* options_json, edo_recorder** recorder, edo_error* error) {
  edo_open_options options{};
  options.struct_size = sizeof options;
  options.options_json = options_json;
  return edo_open_with(&options, recorder, error);
}

std::int32_t edo_open_with(const edo_open_options* options, edo_recorder** recorder,
                           edo_error* error) {
  if (recorder != nullptr) *recorder = nullptr;
  if (error != nullptr && !clear(*error)) return EDO_BAD_STRUCT;
  if (recorder == nullptr) {
    return failed(error, EDO_BAD_ARGUMENT, EDO_ERROR_INVALID_ARGUMENT,
                  "open: the argument recorder is NULL; nothing was opened");
  }
  edo_open_options known{};
  if (!admit(options, known)) {
    return failed(
        error, EDO_BAD_STRUCT, EDO_ERROR_INVALID_ARGUMENT,
        "open: struct_size of the options is wrong, or a field is set that libedo " EDO_VERSION
        " does not know; set struct_size to sizeof(edo_open_options) and all else to 0");
  }
  try {
    *recorder = opened(known).release();
    return EDO_STORED;
  } catch (const edo::Error& why) {
    return failed(error, EDO_FAILED, edo::c_api::number_of(why.kind()), why.what());
  } catch (const std::exception& why) {
    return failed(error, EDO_FAILED, EDO_ERROR_IO, why.what());
  }
}

std::int32_t edo_recorder_health(const edo_recorder* recorder, edo_health* health) {
  if (health == nullptr) return EDO_BAD_ARGUMENT;
  if (!clear(*health)) return EDO_BAD_STRUCT;
  if (recorder == nullptr) return EDO_NULL_HANDLE;
  give(recorder->recorder.health(), *health);
  return EDO_STORED;
}

std::int32_t edo_recorder_flush(edo_recorder* recorder, std::int64_t timeout_ms) {
  if (recorder == nullptr) return EDO_NULL_HANDLE;
  return recorder->recorder.flush(timeout_of(timeout_ms)) ? 1 : 0;
}

std::int32_t edo_recorder_close(edo_recorder* recorder) {
  return edo_recorder_close_within(recorder, edo::kCloseTimeout.count(), nullptr);
}

std::int32_t edo_recorder_close_within(edo_recorder* recorder, std::int64_t timeout_ms,
                                       edo_health* health) {
  if (health != nullptr && !clear(*health)) return EDO_BAD_STRUCT;
  if (recorder == nullptr) return EDO_NULL_HANDLE;
  const edo::Health left = recorder->recorder.close(timeout_of(timeout_ms));
  if (health != nullptr) give(left, *health);
  return EDO_STORED;
}

void edo_recorder_free(edo_recorder* recorder) {
  if (recorder == nullptr) return;
  recorder->recorder.close();
  recorder->reporter->detach();
  delete recorder;
}

// Invocations.

std::int32_t edo_start_invocation(edo_recorder* recorder, const edo_invocation_start* given,
                                  edo_invocation** invocation) {
  if (invocation == nullptr) return EDO_BAD_ARGUMENT;
  *invocation = nullptr;
  if (recorder == nullptr) return EDO_NULL_HANDLE;
  edo_invocation_start start{};
  if (!admit(given, start)) return EDO_BAD_STRUCT;
  return start_as(invocation, recorder->enabled, [&](edo_invocation& handle) {
    edo::InvocationStart values;
    values.id = text(start.id);
    values.correlation_id = text(start.correlation_id);
    values.source_function = text(start.source_function);
    values.source_table = text(start.source_table);
    values.source_operation = text(start.source_operation);
    if (start.source_system != nullptr) values.source_system = start.source_system;
    values.source_job_id = text(start.source_job_id);
    values.source_event_id = text(start.source_event_id);
    values.source_event_payload = text(start.source_event_payload);
    values.source_event_time = text(start.source_event_time);
    values.source_user_email = text(start.source_user_email);
    values.source_user_role = text(start.source_user_role);
    if (start.auto_load_modules != 0) values.auto_load_modules = start.auto_load_modules > 0;
    values.event_modules_directory = text(start.event_modules_directory);
    values.context_data = text(start.context_data);
    handle.enabled = recorder->enabled;
    handle.wrapped = recorder->recorder.start_invocation(values);
  });
}

const char* edo_invocation_id(const edo_invocation* invocation) {
  return invocation == nullptr ? "" : invocation->wrapped.id().c_str();
}

const char* edo_invocation_correlation_id(const edo_invocation* invocation) {
  return invocation == nullptr ? "" : invocation->wrapped.correlation_id().c_str();
}

std::int32_t edo_invocation_complete(edo_invocation* invocation, std::int64_t duration_ms) {
  return end(invocation, [&] { return invocation->wrapped.complete(finish(duration_ms)); });
}

std::int32_t edo_invocation_fail(edo_invocation* invocation, const char* message, const char* stack,
                                 std::int64_t duration_ms) {
  return end(invocation,
             [&] { return invocation->wrapped.fail(failure(message, stack, duration_ms)); });
}

std::int32_t edo_invocation_time_out(edo_invocation* invocation, std::int64_t duration_ms) {
  return end(invocation, [&] { return invocation->wrapped.time_out(finish(duration_ms)); });
}

void edo_invocation_free(edo_invocation* invocation) { delete invocation; }

// Events.

std::int32_t edo_start_event(edo_invocation* invocation, const edo_event_start* given,
                             edo_event** event) {
  if (event == nullptr) return EDO_BAD_ARGUMENT;
  *event = nullptr;
  if (invocation == nullptr) return EDO_NULL_HANDLE;
  edo_event_start start{};
  if (!admit(given, start)) return EDO_BAD_STRUCT;
  if (start.event_name == nullptr) return EDO_BAD_ARGUMENT;
  return start_as(event, invocation->enabled, [&](edo_event& handle) {
    handle.enabled = invocation->enabled;
    handle.wrapped =
        invocation->wrapped.start_event({.id = text(start.id),
                                         .event_name = start.event_name,
                                         .event_module_path = text(start.event_module_path)});
  });
}

const char* edo_event_id(const edo_event* event) {
  return event == nullptr ? "" : event->wrapped.id().c_str();
}

std::int32_t edo_event_detected(edo_event* event, std::int64_t duration_ms) {
  return answer(event, false, [&] { return event->wrapped.detected(finish(duration_ms)); });
}

std::int32_t edo_event_not_detected(edo_event* event, std::int64_t duration_ms) {
  return answer(event, true, [&] { return event->wrapped.not_detected(finish(duration_ms)); });
}

std::int32_t edo_event_detection_failed(edo_event* event, const char* message, const char* stack,
                                        std::int64_t duration_ms) {
  return answer(event, true, [&] {
    return event->wrapped.detection_failed(failure(message, stack, duration_ms));
  });
}

std::int32_t edo_event_complete(edo_event* event, std::int64_t duration_ms) {
  return end(event, [&] { return event->wrapped.complete(finish(duration_ms)); });
}

std::int32_t edo_event_handler_failed(edo_event* event, const char* message, const char* stack,
                                      std::int64_t duration_ms) {
  return end(event,
             [&] { return event->wrapped.handler_failed(failure(message, stack, duration_ms)); });
}

void edo_event_free(edo_event* event) { delete event; }

// Jobs.

std::int32_t edo_start_job(edo_event* event, const edo_job_start* given, edo_job** job) {
  if (job == nullptr) return EDO_BAD_ARGUMENT;
  *job = nullptr;
  if (event == nullptr) return EDO_NULL_HANDLE;
  edo_job_start start{};
  if (!admit(given, start)) return EDO_BAD_STRUCT;
  if (start.job_name == nullptr) return EDO_BAD_ARGUMENT;
  return start_as(job, event->enabled, [&](edo_job& handle) {
    handle.wrapped = event->wrapped.start_job({.id = text(start.id),
                                               .job_name = start.job_name,
                                               .job_function_name = text(start.job_function_name),
                                               .job_options = text(start.job_options)});
  });
}

const char* edo_job_id(const edo_job* job) {
  return job == nullptr ? "" : job->wrapped.id().c_str();
}

const char* edo_job_correlation_id(const edo_job* job) {
  return job == nullptr ? "" : job->wrapped.correlation_id().c_str();
}

std::int32_t edo_job_log(edo_job* job, std::int32_t level, const char* message,
                         const edo_log_line* given) {
  if (job == nullptr) return EDO_NULL_HANDLE;
  edo_log_line line{};
  if (!admit(given, line)) return EDO_BAD_STRUCT;
  if (message == nullptr || level < EDO_LOG_DEBUG || level > EDO_LOG_ERROR) return EDO_BAD_ARGUMENT;
  if (job->ended) return EDO_ENDED;
  static_assert(static_cast<int>(edo::LogLevel::debug) == EDO_LOG_DEBUG &&
                static_cast<int>(edo::LogLevel::error) == EDO_LOG_ERROR);
  edo::LogLine values{.data = text(line.data), .source = text(line.source)};
  if (line.line_number > 0) values.line_number = line.line_number;
  return outcome(job->wrapped.log(static_cast<edo::LogLevel>(level), message, values));
}

std::int32_t edo_job_complete(edo_job* job, const char* result, std::int64_t duration_ms) {
  return end(job, [&] { return job->wrapped.complete(text(result), finish(duration_ms)); });
}

std::int32_t edo_job_fail(edo_job* job, const char* message, const char* stack,
                          std::int64_t duration_ms) {
  return end(job, [&] { return job->wrapped.fail(failure(message, stack, duration_ms)); });
}

void edo_job_free(edo_job* job) { delete job; }

// Tracking.

std::int32_t edo_build_tracking_token(const char* source, const char* correlation_id,
                                      const char* job_id, char* buffer, std::size_t size) {
  if (buffer == nullptr && size > 0) return EDO_BAD_ARGUMENT;
  if (size > 0) buffer[0] = '\0';
  if (source == nullptr || correlation_id == nullptr) return EDO_BAD_ARGUMENT;
  return guarded([&] {
    const std::string token = edo::build_tracking_token(source, correlation_id, text(job_id));
    if (token.size() < size) std::memcpy(buffer, token.c_str(), token.size() + 1);
    return static_cast<std::int32_t>(token.size());
  });
}

std::int32_t edo_parse_tracking_token(const char* given, edo_tracking_token* token) {
  if (token == nullptr) return EDO_BAD_ARGUMENT;
  if (!clear(*token)) return EDO_BAD_STRUCT;
  return guarded([&] {
    const auto parsed = edo::parse_tracking_token(text(given));
    if (!parsed) return 0;
    copy(parsed->source, token->source);
    copy(parsed->correlation_id, token->correlation_id);
    copy(parsed->job_execution_id, token->job_execution_id);
    return 1;
  });
}

std::int32_t edo_find_chain_origin(const char* hasura_payload, const char* configured_field,
                                   edo_chain_origin* origin) {
  if (origin == nullptr) return EDO_BAD_ARGUMENT;
  if (!clear(*origin)) return EDO_BAD_STRUCT;
  return guarded([&] {
    const edo::ChainOrigin found = edo::chain_origin(text(hasura_payload), text(configured_field));
    copy(found.correlation_id, origin->correlation_id);
    copy(found.source_job_id, origin->source_job_id);
    return found.correlation_id.empty() && found.source_job_id.empty() ? 0 : 1;
  });
}
