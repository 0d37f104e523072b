// Invocations, event executions and job executions as JavaScript sees them.
#pragma once

#include <napi.h>

#include <utility>

#include "arguments.hpp"
#include "edo/recorder.hpp"

namespace edo::node {

// What the three have in common. The garbage collector may destroy a handle at any moment or never,
// so a destroyed one records nothing: a row without an end stays running until the recorder is
// closed, and is crashed then.
template <typename Self, typename Handle>
class Wrapped : public Napi::ObjectWrap<Self> {
 public:
  // The argument is what wrap() has made.
  explicit Wrapped(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<Self>(info),
        handle_(std::move(*info[0].As<Napi::External<Handle>>().Data())) {}
  ~Wrapped() override { handle_.release(); }

  // Makes the JavaScript object of a handle, which is moved from. `as` is the class.
  [[nodiscard]] static Napi::Object wrap(Napi::Env env, const Napi::FunctionReference& as,
                                         Handle handle) {
    return as.New({Napi::External<Handle>::New(env, &handle)});
  }

 protected:
  Napi::Value id(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), handle_.id());
  }
  Napi::Value correlation_id(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), handle_.correlation_id());
  }
  // A call that takes a duration.
  template <Outcome (Handle::*kCall)(const Finish&) noexcept>
  void finish(const Napi::CallbackInfo& info) {
    (handle_.*kCall)({.duration = milliseconds(info, 0)});
  }
  // A call that takes a message, a stack and a duration.
  template <Outcome (Handle::*kCall)(const Failure&) noexcept>
  void fail(const Napi::CallbackInfo& info) {
    const Text message(info, 0);
    const Text stack(info, 1);
    (handle_.*kCall)({.message = message, .stack = stack, .duration = milliseconds(info, 2)});
  }

  Handle handle_;
};

class Job : public Wrapped<Job, JobExecution> {
 public:
  static Napi::Function define(Napi::Env env);
  using Wrapped::Wrapped;

 private:
  void log(const Napi::CallbackInfo& info);
  void complete(const Napi::CallbackInfo& info);
};

class Event : public Wrapped<Event, EventExecution> {
 public:
  static Napi::Function define(Napi::Env env);
  using Wrapped::Wrapped;

 private:
  Napi::Value start_job(const Napi::CallbackInfo& info);
};

class Invocation : public Wrapped<Invocation, edo::Invocation> {
 public:
  static Napi::Function define(Napi::Env env);
  using Wrapped::Wrapped;

 private:
  Napi::Value start_event(const Napi::CallbackInfo& info);
};

// The classes of one environment: a Node process has one for each of its threads.
struct Classes {
  Napi::FunctionReference job;
  Napi::FunctionReference event;
  Napi::FunctionReference invocation;

  [[nodiscard]] static Classes& of(Napi::Env env) { return *env.GetInstanceData<Classes>(); }
};

}  // namespace edo::node
