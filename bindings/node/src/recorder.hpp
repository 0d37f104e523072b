// The recorder as JavaScript sees it. Each thread of Node may have its own; all of one process
// share one SQLite.
#pragma once

#include <napi.h>

#include <memory>
#include <optional>

#include "edo/recorder.hpp"
#include "notifications.hpp"
#include "replicator/ship/shipper.hpp"

namespace edo::node {

class NativeRecorder : public Napi::ObjectWrap<NativeRecorder> {
 public:
  static Napi::Function define(Napi::Env env);
  // environment (an object), options (JSON), wake (see Notifications), whether calls gather until
  // commit(). Throws what Recorder does.
  explicit NativeRecorder(const Napi::CallbackInfo& info);
  ~NativeRecorder() override;

 private:
  Napi::Value start_invocation(const Napi::CallbackInfo& info);
  // {capturesConsole, redact, redactSecrets}: what is needed of the options before something is
  // recorded.
  Napi::Value settings(const Napi::CallbackInfo& info);
  Napi::Value health(const Napi::CallbackInfo& info);
  Napi::Value take_notifications(const Napi::CallbackInfo& info);
  void keep_alive(const Napi::CallbackInfo& info);
  void commit(const Napi::CallbackInfo& info);
  Napi::Value commit_later(const Napi::CallbackInfo& info);
  Napi::Value committed(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  void nudge(const Napi::CallbackInfo& info);
  Napi::Value flush(const Napi::CallbackInfo& info);
  void give_up(const Napi::CallbackInfo& info);

  static void on_cleanup(void* self);
  void end_recording() noexcept;
  // The same, and nothing is reported any more.
  void shut_down() noexcept;

  Napi::Env env_;
  std::shared_ptr<Notifications>
      notifications_;  // shared with the recorder's threads, which may outlive this
  Options options_;
  std::optional<Recorder> recorder_;
  std::optional<Group> group_;
  std::optional<shipping::Shipper> shipper_;
};

}  // namespace edo::node
