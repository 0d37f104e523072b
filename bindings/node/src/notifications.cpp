#include "notifications.hpp"

#include <utility>

#include "arguments.hpp"

namespace edo::node {
namespace {

// A host that does not read its errors must not run out of memory.
constexpr std::size_t kErrorsKept = 100;

}  // namespace

Notifications::Notifications(Napi::Env env, const Napi::Function& wake)
    // One call that waits is enough, since take() takes all there is.
    : wake_(Napi::ThreadSafeFunction::New(env, wake, "event-detector-observability", 1, 1)) {
  wake_.Unref(env);
}

void Notifications::add(const Error& error) noexcept {
  try {
    {
      const std::lock_guard lock(mutex_);
      if (errors_.size() < kErrorsKept) {
        errors_.push_back(error);
      } else {
        ++more_errors_;
      }
    }
    wake();
  } catch (const std::exception&) {
    // There is no memory to keep it, and no other place to report it.
  }
}

void Notifications::add(const Flushed& flushed) noexcept {
  try {
    {
      const std::lock_guard lock(mutex_);
      flushed_.push_back(flushed);
    }
    wake();
  } catch (const std::exception&) {
    // As above; the flush then ends with its deadline.
  }
}

void Notifications::add(const Committed& committed) noexcept {
  try {
    committed_ = committed.number;
    wake();
  } catch (const std::exception&) {
    // As above; the next commit tells of this one as well.
  }
}

void Notifications::wake() noexcept {
  const auto call = [](Napi::Env env, const Napi::Function& wake) {
    if (env == nullptr) return;
    try {
      wake.Call({});
    } catch (const Napi::Error&) {
      // It throws only when this thread of Node is being torn down.
    }
  };
  const std::lock_guard lock(waking_);
  if (!ended_ && wake_.NonBlockingCall(call) == napi_closing) ended_ = true;
}

Napi::Value Notifications::take(Napi::Env env) {
  std::vector<Error> errors;
  std::vector<Flushed> flushed;
  std::uint64_t more = 0;
  {
    const std::lock_guard lock(mutex_);
    errors.swap(errors_);
    flushed.swap(flushed_);
    more = std::exchange(more_errors_, 0);
  }
  if (errors.empty() && flushed.empty()) return env.Undefined();
  if (more > 0) {
    errors.emplace_back(ErrorKind::io, std::to_string(more) + " more errors followed");
  }
  auto list = Napi::Array::New(env, errors.size());
  for (std::uint32_t i = 0; i < errors.size(); ++i) {
    auto error = Napi::Object::New(env);
    set_fields(error, errors[i]);
    error["message"] = errors[i].what();
    list[i] = error;
  }
  auto ends = Napi::Array::New(env, flushed.size());
  for (std::uint32_t i = 0; i < flushed.size(); ++i) {
    auto end = Napi::Object::New(env);
    end["id"] = static_cast<double>(flushed[i].id);
    end["finished"] = flushed[i].finished;
    ends[i] = end;
  }
  auto notifications = Napi::Object::New(env);
  notifications["errors"] = list;
  notifications["flushed"] = ends;
  return notifications;
}

void Notifications::keep_alive(Napi::Env env, bool wanted) {
  flushes_ = wanted;
  hold_loop(env);
}

void Notifications::expect(Napi::Env env, std::uint64_t number) {
  expected_ = number;
  hold_loop(env);
}

std::uint64_t Notifications::committed(Napi::Env env) {
  seen_ = committed_;
  hold_loop(env);
  return seen_;
}

void Notifications::hold_loop(Napi::Env env) {
  const bool wanted = flushes_ || seen_ != expected_;
  if (ended_ || wanted == holds_loop_) return;
  holds_loop_ = wanted;
  if (wanted) {
    wake_.Ref(env);
  } else {
    wake_.Unref(env);
  }
}

void Notifications::end() noexcept {
  const std::lock_guard lock(waking_);
  if (!ended_.exchange(true)) (void)wake_.Release();
}

}  // namespace edo::node
