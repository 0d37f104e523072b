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

// How long closing a recorder may ship what is still pending.
constexpr milliseconds kLastShip{1000};
// Longer timeouts mean "as long as it takes", and do not fit a clock.
constexpr milliseconds kLongestTimeout = std::chrono::hours(24 * 365);

// Passes on the shipper's errors and answers until it is closed. The shipper's thread may be stuck,
// and outlive both the recorder and what the host's callback refers to.
class Mailbox {
 public:
  explicit Mailbox(std::function<void(const Error&)> on_error) : on_error_(std::move(on_error)) {}

  void report(const Error& error) noexcept {
    const std::lock_guard lock(reporting_);
    if (closed_ || !on_error_) return;
    try {
      on_error_(error);
    } catch (...) {
      // An exception of the host's callback must not end the host.
    }
  }

  void answer(std::uint64_t id, bool finished) {
    const std::lock_guard lock(mutex_);
    answers_[id] = finished;
    changed_.notify_all();
  }

  // The answer; nothing if none has come by then, or none will come.
  std::optional<bool> wait_for(std::uint64_t id, steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [&] { return ended_ || answers_.contains(id); });
    return take(id);
  }
  // The answer, if it has come. No thread waits for it any more.
  std::optional<bool> last_word(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    return take(id);
  }

  // Ends all waits. When it returns, nothing is reported any more.
  void close() noexcept {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      changed_.notify_all();
    }
    const std::lock_guard lock(reporting_);
    closed_ = true;
  }

 private:
  std::optional<bool> take(std::uint64_t id) {
    const auto node = answers_.extract(id);
    return node.empty() ? std::nullopt : std::optional(node.mapped());
  }

  std::mutex reporting_;
  bool closed_ = false;
  const std::function<void(const Error&)> on_error_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, bool> answers_;
  bool ended_ = false;
};

class HostShipping;

// All shippers of this process. exit() stops them before it destroys what their threads use. Never
// destroyed, since it may be needed until the very end.
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
                 {.on_error = [box = mailbox_](const Error& error) { box->report(error); },
                  .on_flushed = [box = mailbox_](std::uint64_t id,
                                                 bool finished) { box->answer(id, finished); }}),
        registration_(this) {
    shipper_.start();
  }

  void invocation_ended() noexcept override { shipper_.nudge(); }

  bool ship(milliseconds timeout) noexcept override {
    if (timeout <= milliseconds(0)) {
      shipper_.nudge();
      return false;
    }
    try {
      const auto until = steady_clock::now() + std::min(timeout, kLongestTimeout);
      const std::uint64_t id = shipper_.flush();
      if (const auto answer = mailbox_->wait_for(id, until)) return *answer;
      shipper_.give_up(id);
      // It may have come just then.
      return mailbox_->last_word(id).value_or(false);
    } catch (const std::exception& failure) {
      mailbox_->report(Error(ErrorKind::io, "ship", store_, failure.what()));
      return false;
    }
  }

  void end() noexcept override {
    const std::lock_guard once(ending_);
    if (std::exchange(ended_, true)) return;
    if (is_pending()) (void)ship(kLastShip);
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
      // The recorder or the shipper has reported what is wrong with the store.
      return false;
    }
  }

  const std::string store_;
  const std::shared_ptr<Mailbox> mailbox_;  // shared with the shipper's thread
  shipping::Shipper shipper_;
  Registration registration_;
  std::mutex ending_;
  bool ended_ = false;
};

// exit() calls first what was registered last, so OpenSSL must register its own end before us. It
// does that when it is first used, which would otherwise be on a shipper's thread.
Active::Active() {
  if (void* const found = dlsym(RTLD_DEFAULT, "OPENSSL_init_ssl")) {
    reinterpret_cast<int (*)(std::uint64_t, const void*)>(found)(0, nullptr);
  }
  // Not atexit(), since that is for what is static here, and forgets it (lib/src/static_lifetime).
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

void check_central_database(const Options& options) {
  (void)postgres::target_of(options.central_database);
}

std::unique_ptr<recorder::Shipping> start_shipping(const Options& options) {
  return std::make_unique<HostShipping>(options);
}

}  // namespace edo::shipper
