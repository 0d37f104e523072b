#include "news.hpp"

#include <utility>

#include "arguments.hpp"

namespace edo::node {
namespace {

// A host that does not look at its errors must not pay for them with its memory.
constexpr std::size_t kErrorsKept = 100;

}  // namespace

News::News(Napi::Env env, const Napi::Function& wake)
    // One call that waits is enough, since take() takes all there is.
    : wake_(Napi::ThreadSafeFunction::New(env, wake, "event-detector-observability", 1, 1)) {
  wake_.Unref(env);
}

void News::tell(const Error& error) noexcept {
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
    // There is no memory to keep it in, and nobody else to tell.
  }
}

void News::tell(const Flushed& flushed) noexcept {
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

void News::tell(const Committed& committed) noexcept {
  try {
    committed_ = committed.number;
    wake();
  } catch (const std::exception&) {
    // As above; the next commit tells of this one as well.
  }
}

void News::wake() noexcept {
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

Napi::Value News::take(Napi::Env env) {
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
  auto news = Napi::Object::New(env);
  news["errors"] = list;
  news["flushed"] = ends;
  return news;
}

void News::keep_alive(Napi::Env env, bool wanted) {
  flushes_ = wanted;
  hold_loop(env);
}

void News::expect(Napi::Env env, std::uint64_t number) {
  expected_ = number;
  hold_loop(env);
}

std::uint64_t News::committed(Napi::Env env) {
  seen_ = committed_;
  hold_loop(env);
  return seen_;
}

void News::hold_loop(Napi::Env env) {
  const bool wanted = flushes_ || seen_ != expected_;
  if (ended_ || wanted == holds_loop_) return;
  holds_loop_ = wanted;
  if (wanted) {
    wake_.Ref(env);
  } else {
    wake_.Unref(env);
  }
}

void News::end() noexcept {
  const std::lock_guard lock(waking_);
  if (!ended_.exchange(true)) (void)wake_.Release();
}

}  // namespace edo::node
