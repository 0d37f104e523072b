#include "recorder.hpp"

#include <utility>

#include "arguments.hpp"
#include "edo/option_sources.hpp"
#include "handles.hpp"

namespace edo::node {
namespace {

Environment environment(const Napi::Value& given) {
  Environment environment;
  if (!given.IsObject()) return environment;
  const auto object = given.As<Napi::Object>();
  const Napi::Array names = object.GetPropertyNames();
  for (std::uint32_t i = 0; i < names.Length(); ++i) {
    const Napi::Value name = names[i];
    const Napi::Value value = object.Get(name);
    if (!value.IsString()) continue;
    environment.emplace(name.ToString().Utf8Value(), value.As<Napi::String>().Utf8Value());
  }
  return environment;
}

shipping::ShipperEvents shipper_events(const std::shared_ptr<Notifications>& notifications) {
  return {.on_error = [notifications](const Error& error) { notifications->add(error); },
          .on_flushed =
              [notifications](std::uint64_t id, bool finished) {
                notifications->add(Flushed{id, finished});
              }};
}

}  // namespace

Napi::Function NativeRecorder::define(Napi::Env env) {
  return DefineClass(env, "NativeRecorder",
                     {InstanceMethod("startInvocation", &NativeRecorder::start_invocation),
                      InstanceMethod("settings", &NativeRecorder::settings),
                      InstanceMethod("health", &NativeRecorder::health),
                      InstanceMethod("takeNotifications", &NativeRecorder::take_notifications),
                      InstanceMethod("keepAlive", &NativeRecorder::keep_alive),
                      InstanceMethod("nudge", &NativeRecorder::nudge),
                      InstanceMethod("flush", &NativeRecorder::flush),
                      InstanceMethod("giveUp", &NativeRecorder::give_up),
                      InstanceMethod("commit", &NativeRecorder::commit),
                      InstanceMethod("commitLater", &NativeRecorder::commit_later),
                      InstanceMethod("committed", &NativeRecorder::committed),
                      InstanceMethod("close", &NativeRecorder::close)});
}

NativeRecorder::NativeRecorder(const Napi::CallbackInfo& info)
    : ObjectWrap(info), env_(info.Env()) {
  try {
    Options options;
    apply_environment(options, environment(info[0]));
    apply_json(options, Text(info, 1));
    auto notifications = std::make_shared<Notifications>(info.Env(), info[2].As<Napi::Function>());
    options.on_error = [notifications](const Error& error) { notifications->add(error); };
    notifications_ = notifications;
    try {
      Options recording = options;
      if (options.enabled && options.central_database.replicate != Replicate::off) {
        shipper_.emplace(options, shipper_events(notifications));
        // The recorder has nothing to do with it: only the event loop knows when to flush.
        recording.central_database = {};
      }
      recorder_.emplace(recording);
      if (flag(info, 3).value_or(false)) group_.emplace(*recorder_);
      if (shipper_) shipper_->start();
      options_ = options;
    } catch (...) {
      notifications_->end();
      throw;
    }
  } catch (const Error& error) {
    throw_to(info.Env(), error);
  }
  // Comes before the end of what Notifications has of Node, as it was added later.
  napi_add_env_cleanup_hook(env_, &NativeRecorder::on_cleanup, this);
}

NativeRecorder::~NativeRecorder() {
  napi_remove_env_cleanup_hook(env_, &NativeRecorder::on_cleanup, this);
  shut_down();
}

void NativeRecorder::on_cleanup(void* self) { static_cast<NativeRecorder*>(self)->shut_down(); }

// id, correlation id, source function, table, operation, system, job id, event id, event payload,
// event time, user's email, user's role, automatic loading, modules' folder, context
Napi::Value NativeRecorder::start_invocation(const Napi::CallbackInfo& info) {
  const Text id(info, 0);
  const Text correlation_id(info, 1);
  const Text source_function(info, 2);
  const Text source_table(info, 3);
  const Text source_operation(info, 4);
  const Text source_system(info, 5);
  const Text source_job_id(info, 6);
  const Text source_event_id(info, 7);
  const Text source_event_payload(info, 8);
  const Text source_event_time(info, 9);
  const Text source_user_email(info, 10);
  const Text source_user_role(info, 11);
  const Text event_modules_directory(info, 13);
  const Text context_data(info, 14);
  InvocationStart start{.id = id,
                        .correlation_id = correlation_id,
                        .source_function = source_function,
                        .source_table = source_table,
                        .source_operation = source_operation,
                        .source_job_id = source_job_id,
                        .source_event_id = source_event_id,
                        .source_event_payload = source_event_payload,
                        .source_event_time = source_event_time,
                        .source_user_email = source_user_email,
                        .source_user_role = source_user_role,
                        .auto_load_modules = flag(info, 12),
                        .event_modules_directory = event_modules_directory,
                        .context_data = context_data};
  if (const std::string_view system = source_system; !system.empty()) start.source_system = system;
  return Invocation::wrap(info.Env(), Classes::of(info.Env()).invocation,
                          recorder_->start_invocation(start));
}

Napi::Value NativeRecorder::settings(const Napi::CallbackInfo& info) {
  auto object = Napi::Object::New(info.Env());
  auto rules = Napi::Array::New(info.Env());
  for (const std::string& rule : options_.redact) rules[rules.Length()] = rule;
  object["redact"] = rules;
  object["redactSecrets"] = options_.redact_secrets;
  object["capturesConsole"] = options_.enabled && options_.capture_console_log;
  return object;
}

Napi::Value NativeRecorder::health(const Napi::CallbackInfo& info) {
  const Health health = recorder_->health();
  auto object = Napi::Object::New(info.Env());
  object["stored"] = static_cast<double>(health.stored);
  object["queued"] = static_cast<double>(health.queued);
  object["dropped"] = static_cast<double>(health.dropped);
  object["walBytes"] = static_cast<double>(health.wal_bytes);
  return object;
}

Napi::Value NativeRecorder::take_notifications(const Napi::CallbackInfo& info) {
  return notifications_->take(info.Env());
}

void NativeRecorder::keep_alive(const Napi::CallbackInfo& info) {
  notifications_->keep_alive(info.Env(), flag(info, 0).value_or(false));
}

void NativeRecorder::nudge(const Napi::CallbackInfo&) {
  if (shipper_) shipper_->nudge();
}

Napi::Value NativeRecorder::flush(const Napi::CallbackInfo& info) {
  if (!shipper_) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), static_cast<double>(shipper_->flush()));
}

void NativeRecorder::give_up(const Napi::CallbackInfo& info) {
  const auto id = integer(info, 0);
  if (shipper_ && id) shipper_->give_up(static_cast<std::uint64_t>(*id));
}

void NativeRecorder::commit(const Napi::CallbackInfo&) {
  if (group_) group_->commit();
}

// The number of this commit; true if it has begun, and its number will be reported.
Napi::Value NativeRecorder::commit_later(const Napi::CallbackInfo& info) {
  if (!group_) return Napi::Boolean::New(info.Env(), false);
  const auto number = static_cast<std::uint64_t>(integer(info, 0).value_or(0));
  notifications_->expect(info.Env(), number);
  group_->commit_later([notifications = notifications_.get(), number](Outcome) {
    notifications->add(Committed{number});
  });
  return Napi::Boolean::New(info.Env(), true);
}

Napi::Value NativeRecorder::committed(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(notifications_->committed(info.Env())));
}

void NativeRecorder::close(const Napi::CallbackInfo&) { end_recording(); }

void NativeRecorder::end_recording() noexcept {
  group_.reset();
  if (shipper_) shipper_->stop();
  recorder_->close();
}

void NativeRecorder::shut_down() noexcept {
  end_recording();
  notifications_->end();
}

}  // namespace edo::node
