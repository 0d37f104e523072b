// What other threads have to tell the JavaScript thread: errors, and the ends of flushes.
#pragma once

#include <napi.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "edo/error.hpp"

namespace edo::node {

// How a flush ended.
struct Flushed {
  std::uint64_t id = 0;
  bool finished = false;  // everything that was pending when it began is at the centre
};

class News {
 public:
  // `wake` is called on the JavaScript thread, some time after something was told.
  News(Napi::Env env, const Napi::Function& wake);

  // By any thread.
  void tell(const Error& error) noexcept;
  void tell(const Flushed& flushed) noexcept;

  // The rest only by the JavaScript thread. What was told since the last call:
  // {errors: [{kind, message}], flushed: [{id, finished}]}, or undefined if nothing was.
  Napi::Value take(Napi::Env env);
  // Whether the event loop waits for news.
  void keep_alive(Napi::Env env, bool wanted);
  // Nobody will be woken any more; what is told can still be taken.
  void end() noexcept;

 private:
  void wake() noexcept;

  std::mutex mutex_;
  Napi::ThreadSafeFunction wake_;
  bool ended_ = false;
  std::vector<Error> errors_;
  std::uint64_t more_errors_ = 0;  // beyond those kept
  std::vector<Flushed> flushed_;
};

}  // namespace edo::node
