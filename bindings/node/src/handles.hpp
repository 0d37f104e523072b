// Invocations, event executions and job executions as JavaScript sees them. The garbage collector
// comes at any moment or never, so a handle that goes records nothing: what was not ended stays
// running until the recorder is closed, and is crashed then.
#pragma once

#include <napi.h>

#include "edo/recorder.hpp"

namespace edo::node {

class Job : public Napi::ObjectWrap<Job> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit Job(const Napi::CallbackInfo& info);
  ~Job() override { job_.release(); }

 private:
  Napi::Value id(const Napi::CallbackInfo& info);
  Napi::Value correlation_id(const Napi::CallbackInfo& info);
  void log(const Napi::CallbackInfo& info);
  void complete(const Napi::CallbackInfo& info);
  void fail(const Napi::CallbackInfo& info);

  JobExecution job_;
};

class Event : public Napi::ObjectWrap<Event> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit Event(const Napi::CallbackInfo& info);
  ~Event() override { event_.release(); }

 private:
  Napi::Value id(const Napi::CallbackInfo& info);
  void detected(const Napi::CallbackInfo& info);
  void not_detected(const Napi::CallbackInfo& info);
  void detection_failed(const Napi::CallbackInfo& info);
  Napi::Value start_job(const Napi::CallbackInfo& info);
  void complete(const Napi::CallbackInfo& info);
  void handler_failed(const Napi::CallbackInfo& info);

  EventExecution event_;
};

class Invocation : public Napi::ObjectWrap<Invocation> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit Invocation(const Napi::CallbackInfo& info);
  ~Invocation() override { invocation_.release(); }

 private:
  Napi::Value id(const Napi::CallbackInfo& info);
  Napi::Value correlation_id(const Napi::CallbackInfo& info);
  Napi::Value start_event(const Napi::CallbackInfo& info);
  void complete(const Napi::CallbackInfo& info);
  void fail(const Napi::CallbackInfo& info);
  void time_out(const Napi::CallbackInfo& info);

  edo::Invocation invocation_;
};

// The classes of one environment: a Node process has one for each of its threads.
struct Classes {
  Napi::FunctionReference job;
  Napi::FunctionReference event;
  Napi::FunctionReference invocation;

  [[nodiscard]] static Classes& of(Napi::Env env) { return *env.GetInstanceData<Classes>(); }
  // Makes the JavaScript object of a C++ handle, which is moved from.
  template <typename Handle>
  [[nodiscard]] static Napi::Object wrap(Napi::Env env, const Napi::FunctionReference& as,
                                         Handle& handle) {
    return as.New({Napi::External<Handle>::New(env, &handle)});
  }
};

}  // namespace edo::node
