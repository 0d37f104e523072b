// What other threads report to the JavaScript thread: errors, and the ends of flushes and commits.
#pragma once

#include <napi.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "edo/error.hpp"

namespace edo::node {

// How a flush ended.
struct Flushed {
  std::uint64_t id = 0;
  bool finished = false;  // everything that was pending when it began is at the central database
};

// All commits that were asked for until this one are done.
struct Committed {
  std::uint64_t number = 0;
};

class Notifications {
 public:
  // `wake` is called on the JavaScript thread, some time after something was added.
  Notifications(Napi::Env env, const Napi::Function& wake);

  // Any thread may call these.
  void add(const Error& error) noexcept;
  void add(const Flushed& flushed) noexcept;
  void add(const Committed& committed) noexcept;

  // The rest is the JavaScript thread's. What was added since the last call:
  // {errors: [{kind, operation, object, message}], flushed: [{id, finished}]}, or undefined if
  // nothing was.
  Napi::Value take(Napi::Env env);
  // Whether the event loop waits for notifications of flushes.
  void keep_alive(Napi::Env env, bool wanted);
  // It waits for this commit, until committed() says that it is done.
  void expect(Napi::Env env, std::uint64_t number);
  [[nodiscard]] std::uint64_t committed(Napi::Env env);
  // `wake` is not called any more; what was added can still be taken.
  void end() noexcept;

 private:
  void wake() noexcept;
  void hold_loop(Napi::Env env);

  // Two, as the JavaScript thread runs as soon as it is woken, and would wait for who has woken it.
  std::mutex waking_;
  Napi::ThreadSafeFunction wake_;
  std::atomic<bool> ended_ = false;

  std::mutex mutex_;
  std::vector<Error> errors_;
  std::uint64_t more_errors_ = 0;  // beyond those kept
  std::vector<Flushed> flushed_;
  std::atomic<std::uint64_t> committed_ = 0;

  // Of the JavaScript thread.
  std::uint64_t expected_ = 0;
  std::uint64_t seen_ = 0;  // of commits
  bool flushes_ = false;
  bool holds_loop_ = false;
};

}  // namespace edo::node
