#include "handles.hpp"

#include <algorithm>
#include <utility>

#include "arguments.hpp"

namespace edo::node {
namespace {

// The handle that Classes::wrap() has passed.
template <typename Handle>
Handle taken(const Napi::CallbackInfo& info) {
  return std::move(*info[0].As<Napi::External<Handle>>().Data());
}

Finish finish(const Napi::CallbackInfo& info, std::size_t index) {
  return {.duration = milliseconds(info, index)};
}

// A failure is told in three arguments: message, stack, duration.
template <typename Call>
void with_failure(const Napi::CallbackInfo& info, Call&& call) {
  const Text message(info, 0);
  const Text stack(info, 1);
  call(Failure{.message = message, .stack = stack, .duration = milliseconds(info, 2)});
}

}  // namespace

Napi::Function Job::define(Napi::Env env) {
  return DefineClass(
      env, "NativeJob",
      {InstanceMethod("id", &Job::id), InstanceMethod("correlationId", &Job::correlation_id),
       InstanceMethod("log", &Job::log), InstanceMethod("complete", &Job::complete),
       InstanceMethod("fail", &Job::fail)});
}

Job::Job(const Napi::CallbackInfo& info) : ObjectWrap(info), job_(taken<JobExecution>(info)) {}

Napi::Value Job::id(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), job_.id());
}

Napi::Value Job::correlation_id(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), job_.correlation_id());
}

// level, message, data, source, line number
void Job::log(const Napi::CallbackInfo& info) {
  constexpr std::int64_t kLevels = 4;
  const auto level = std::clamp<std::int64_t>(integer(info, 0).value_or(1), 0, kLevels - 1);
  const Text message(info, 1);
  const Text data(info, 2);
  const Text source(info, 3);
  job_.log(static_cast<LogLevel>(level), message,
           {.data = data, .source = source, .line_number = integer(info, 4)});
}

// result, duration
void Job::complete(const Napi::CallbackInfo& info) {
  const Text result(info, 0);
  job_.complete(result, finish(info, 1));
}

void Job::fail(const Napi::CallbackInfo& info) {
  with_failure(info, [this](const Failure& failure) { job_.fail(failure); });
}

Napi::Function Event::define(Napi::Env env) {
  return DefineClass(
      env, "NativeEvent",
      {InstanceMethod("id", &Event::id), InstanceMethod("detected", &Event::detected),
       InstanceMethod("notDetected", &Event::not_detected),
       InstanceMethod("detectionFailed", &Event::detection_failed),
       InstanceMethod("startJob", &Event::start_job), InstanceMethod("complete", &Event::complete),
       InstanceMethod("handlerFailed", &Event::handler_failed)});
}

Event::Event(const Napi::CallbackInfo& info)
    : ObjectWrap(info), event_(taken<EventExecution>(info)) {}

Napi::Value Event::id(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), event_.id());
}

void Event::detected(const Napi::CallbackInfo& info) { event_.detected(finish(info, 0)); }

void Event::not_detected(const Napi::CallbackInfo& info) { event_.not_detected(finish(info, 0)); }

void Event::detection_failed(const Napi::CallbackInfo& info) {
  with_failure(info, [this](const Failure& failure) { event_.detection_failed(failure); });
}

// id, name, function name, options
Napi::Value Event::start_job(const Napi::CallbackInfo& info) {
  const Text id(info, 0);
  const Text name(info, 1);
  const Text function_name(info, 2);
  const Text options(info, 3);
  JobExecution job = event_.start_job(
      {.id = id, .job_name = name, .job_function_name = function_name, .job_options = options});
  return Classes::wrap(info.Env(), Classes::of(info.Env()).job, job);
}

void Event::complete(const Napi::CallbackInfo& info) { event_.complete(finish(info, 0)); }

void Event::handler_failed(const Napi::CallbackInfo& info) {
  with_failure(info, [this](const Failure& failure) { event_.handler_failed(failure); });
}

Napi::Function Invocation::define(Napi::Env env) {
  return DefineClass(
      env, "NativeInvocation",
      {InstanceMethod("id", &Invocation::id),
       InstanceMethod("correlationId", &Invocation::correlation_id),
       InstanceMethod("startEvent", &Invocation::start_event),
       InstanceMethod("complete", &Invocation::complete), InstanceMethod("fail", &Invocation::fail),
       InstanceMethod("timeOut", &Invocation::time_out)});
}

Invocation::Invocation(const Napi::CallbackInfo& info)
    : ObjectWrap(info), invocation_(taken<edo::Invocation>(info)) {}

Napi::Value Invocation::id(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), invocation_.id());
}

Napi::Value Invocation::correlation_id(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), invocation_.correlation_id());
}

// id, name, module path
Napi::Value Invocation::start_event(const Napi::CallbackInfo& info) {
  const Text id(info, 0);
  const Text name(info, 1);
  const Text module_path(info, 2);
  EventExecution event =
      invocation_.start_event({.id = id, .event_name = name, .event_module_path = module_path});
  return Classes::wrap(info.Env(), Classes::of(info.Env()).event, event);
}

void Invocation::complete(const Napi::CallbackInfo& info) { invocation_.complete(finish(info, 0)); }

void Invocation::fail(const Napi::CallbackInfo& info) {
  with_failure(info, [this](const Failure& failure) { invocation_.fail(failure); });
}

void Invocation::time_out(const Napi::CallbackInfo& info) { invocation_.time_out(finish(info, 0)); }

}  // namespace edo::node
