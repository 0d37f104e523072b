#include "shipper/host_shipping.hpp"

#include <dlfcn.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "replicator/postgres/target.hpp"
#include "replicator/ship/shipper.hpp"
#include "replicator/source/source.hpp"

namespace edo::shipper {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What is still pending when a recorder is closed is given so long.
constexpr milliseconds kLastShip{1000};
// Longer deadlines mean "as long as it takes", and do not fit a clock.
constexpr milliseconds kLongestDeadline = std::chrono::hours(24 * 365);

// Passes on what the shipper tells until it is closed: its thread may be stuck, and survive both
// the recorder and what the host's callback refers to.
class Mailbox {
 public:
  explicit Mailbox(std::function<void(const Error&)> on_error) : on_error_(std::move(on_error)) {}

  void tell(const Error& error) noexcept {
    const std::lock_guard lock(telling_);
    if (closed_ || !on_error_) return;
    try {
      on_error_(error);
    } catch (...) {
      // A host's own handler must not bring the host down through us.
    }
  }

  void answer(std::uint64_t id, bool finished) {
    const std::lock_guard lock(mutex_);
    answers_[id] = finished;
    changed_.notify_all();
  }

  // The answer, or nothing if none has come by then or none will.
  std::optional<bool> wait_for(std::uint64_t id, steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [&] { return ended_ || answers_.contains(id); });
    return take(id);
  }
  // Nobody waits for it any more.
  std::optional<bool> last_word(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    return take(id);
  }

  // Ends all waits. When it returns, nothing is told any more.
  void close() noexcept {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      changed_.notify_all();
    }
    const std::lock_guard lock(telling_);
    closed_ = true;
  }

 private:
  std::optional<bool> take(std::uint64_t id) {
    const auto node = answers_.extract(id);
    return node.empty() ? std::nullopt : std::optional(node.mapped());
  }

  std::mutex telling_;
  bool closed_ = false;
  const std::function<void(const Error&)> on_error_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, bool> answers_;
  bool ended_ = false;
};

class HostShipping;

// Those that ship in this process, which exit() stops before it takes away what their threads work
// with. Never destroyed, since it may be needed until the very end.
class Active {
 public:
  static Active& instance() {
    static auto* const all = new Active;
    return *all;
  }
  void add(HostShipping* shipping) {
    const std::lock_guard lock(mutex_);
    all_.insert(shipping);
  }
  void remove(HostShipping* shipping) noexcept {
    const std::lock_guard lock(mutex_);
    all_.erase(shipping);
  }

 private:
  Active();
  void stop_all() noexcept;

  std::mutex mutex_;
  std::set<HostShipping*> all_;
};

class Registration {
 public:
  explicit Registration(HostShipping* shipping) : shipping_(shipping) {
    Active::instance().add(shipping_);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() { end(); }
  void end() noexcept { Active::instance().remove(shipping_); }

 private:
  HostShipping* const shipping_;
};

class HostShipping final : public recorder::Shipping {
 public:
  explicit HostShipping(const Options& options)
      : store_(options.store),
        mailbox_(std::make_shared<Mailbox>(options.on_error)),
        shipper_(options,
                 {.on_error = [box = mailbox_](const Error& error) { box->tell(error); },
                  .on_flushed = [box = mailbox_](std::uint64_t id,
                                                 bool finished) { box->answer(id, finished); }}),
        registration_(this) {
    shipper_.start();
  }

  void invocation_ended() noexcept override { shipper_.nudge(); }

  bool flush(milliseconds deadline) noexcept override {
    if (deadline <= milliseconds(0)) {
      shipper_.nudge();
      return false;
    }
    try {
      const auto until = steady_clock::now() + std::min(deadline, kLongestDeadline);
      const std::uint64_t id = shipper_.flush();
      if (const auto answer = mailbox_->wait_for(id, until)) return *answer;
      shipper_.give_up(id);
      // It may have come just then.
      return mailbox_->last_word(id).value_or(false);
    } catch (const std::exception& failure) {
      mailbox_->tell(Error(ErrorKind::io, "ship " + store_ + ": " + failure.what()));
      return false;
    }
  }

  void end() noexcept override {
    const std::lock_guard once(ending_);
    if (std::exchange(ended_, true)) return;
    if (is_pending()) (void)flush(kLastShip);
    shipper_.stop();
    mailbox_->close();
    registration_.end();
  }

  // The end of the process, which ships no more.
  void abandon() noexcept { shipper_.stop(); }

 private:
  [[nodiscard]] bool is_pending() const noexcept {
    try {
      source::Source source(store_);
      return source.outbox().newest() > source.outbox().watermark();
    } catch (const std::exception&) {
      // Whoever works with the store has told what is wrong with it.
      return false;
    }
  }

  const std::string store_;
  const std::shared_ptr<Mailbox> mailbox_;  // shared with the shipper's thread
  ship::Shipper shipper_;
  Registration registration_;
  std::mutex ending_;
  bool ended_ = false;
};

// What is registered with exit() last is called first, so OpenSSL must have registered its own end
// by then. It does so when it is first used, which would be on a shipper's thread.
Active::Active() {
  if (void* const found = dlsym(RTLD_DEFAULT, "OPENSSL_init_ssl")) {
    reinterpret_cast<int (*)(std::uint64_t, const void*)>(found)(0, nullptr);
  }
  // Not atexit(), since that is for what is static here, and forgets it (lib/src/lasting).
  (void)on_exit([](int, void*) { instance().stop_all(); }, nullptr);
  // A forked child has none of the threads, and perhaps a mutex that is locked for ever.
  (void)pthread_atfork(nullptr, nullptr, [] {
    instance().all_.clear();
    std::construct_at(&instance().mutex_);
  });
}

void Active::stop_all() noexcept {
  const std::lock_guard lock(mutex_);
  for (HostShipping* shipping : all_) shipping->abandon();
}

}  // namespace

void check_centre(const Options& options) { (void)postgres::target_of(options.centre); }

std::unique_ptr<recorder::Shipping> start_shipping(const Options& options) {
  return std::make_unique<HostShipping>(options);
}

}  // namespace edo::shipper
