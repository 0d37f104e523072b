// The module as Node loads it, once for each of its threads.
#include <napi.h>

#include <memory>

#include "handles.hpp"
#include "recorder.hpp"

namespace edo::node {
namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto classes = std::make_unique<Classes>();
  classes->job = Napi::Persistent(Job::define(env));
  classes->event = Napi::Persistent(Event::define(env));
  classes->invocation = Napi::Persistent(Invocation::define(env));
  env.SetInstanceData(classes.release());
  exports["version"] = EDO_VERSION;
  exports["Recorder"] = NativeRecorder::define(env);
  return exports;
}

}  // namespace

NODE_API_MODULE(edo, init)

}  // namespace edo::node
