#include "handles.hpp"

#include <algorithm>

namespace edo::node {

Napi::Function Job::define(Napi::Env env) {
  return DefineClass(
      env, "NativeJob",
      {InstanceMethod("id", &Job::id), InstanceMethod("correlationId", &Job::correlation_id),
       InstanceMethod("log", &Job::log), InstanceMethod("complete", &Job::complete),
       InstanceMethod("fail", &Job::fail<&JobExecution::fail>)});
}

// level, message, data, source, line number
void Job::log(const Napi::CallbackInfo& info) {
  constexpr std::int64_t kLevels = 4;
  const auto level = std::clamp<std::int64_t>(integer(info, 0).value_or(1), 0, kLevels - 1);
  const Text message(info, 1);
  const Text data(info, 2);
  const Text source(info, 3);
  handle_.log(static_cast<LogLevel>(level), message,
              {.data = data, .source = source, .line_number = integer(info, 4)});
}

// result, duration
void Job::complete(const Napi::CallbackInfo& info) {
  const Text result(info, 0);
  handle_.complete(result, {.duration = milliseconds(info, 1)});
}

Napi::Function Event::define(Napi::Env env) {
  using Handle = EventExecution;
  return DefineClass(
      env, "NativeEvent",
      {InstanceMethod("id", &Event::id), InstanceMethod("startJob", &Event::start_job),
       InstanceMethod("detected", &Event::finish<&Handle::detected>),
       InstanceMethod("notDetected", &Event::finish<&Handle::not_detected>),
       InstanceMethod("detectionFailed", &Event::fail<&Handle::detection_failed>),
       InstanceMethod("complete", &Event::finish<&Handle::complete>),
       InstanceMethod("handlerFailed", &Event::fail<&Handle::handler_failed>)});
}

// id, name, function name, options
Napi::Value Event::start_job(const Napi::CallbackInfo& info) {
  const Text id(info, 0);
  const Text name(info, 1);
  const Text function_name(info, 2);
  const Text options(info, 3);
  return Job::wrap(info.Env(), Classes::of(info.Env()).job,
                   handle_.start_job({.id = id,
                                      .job_name = name,
                                      .job_function_name = function_name,
                                      .job_options = options}));
}

Napi::Function Invocation::define(Napi::Env env) {
  using Handle = edo::Invocation;
  return DefineClass(env, "NativeInvocation",
                     {InstanceMethod("id", &Invocation::id),
                      InstanceMethod("correlationId", &Invocation::correlation_id),
                      InstanceMethod("startEvent", &Invocation::start_event),
                      InstanceMethod("complete", &Invocation::finish<&Handle::complete>),
                      InstanceMethod("fail", &Invocation::fail<&Handle::fail>),
                      InstanceMethod("timeOut", &Invocation::finish<&Handle::time_out>)});
}

// id, name, module path
Napi::Value Invocation::start_event(const Napi::CallbackInfo& info) {
  const Text id(info, 0);
  const Text name(info, 1);
  const Text module_path(info, 2);
  return Event::wrap(
      info.Env(), Classes::of(info.Env()).event,
      handle_.start_event({.id = id, .event_name = name, .event_module_path = module_path}));
}

}  // namespace edo::node
