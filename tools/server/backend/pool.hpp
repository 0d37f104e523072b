// A pool of connections, opened when they are first needed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "tools/server/language/error.hpp"

namespace edo::backend {

template <class Connection>
class Pool {
 public:
  Pool(std::size_t size, std::function<std::unique_ptr<Connection>()> connect)
      : free_places_(size), connect_(std::move(connect)) {}

  // A borrowed connection for one thread. Its destructor returns it to the pool, unless it was
  // discarded.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection, bool is_new)
        : pool_(pool), connection_(std::move(connection)), is_new_(is_new) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_.give_back(std::move(connection_)); }

    Connection& operator*() noexcept { return *connection_; }
    Connection* operator->() noexcept { return connection_.get(); }
    // Opened for this borrower, so it cannot have failed while it was idle.
    [[nodiscard]] bool is_new() const noexcept { return is_new_; }
    void discard() noexcept { connection_.reset(); }
    explicit operator bool() const noexcept { return connection_ != nullptr; }

   private:
    Pool& pool_;
    std::unique_ptr<Connection> connection_;
    bool is_new_;
  };

  // Closes idle connections.
  void discard_idle() noexcept {
    std::vector<std::unique_ptr<Connection>> idle;
    const std::lock_guard lock(mutex_);
    idle.swap(idle_);
  }

  // Waits for a free connection. Throws RequestError after the timeout, and what connecting throws.
  [[nodiscard]] Lease borrow(std::chrono::milliseconds timeout) {
    {
      std::unique_lock lock(mutex_);
      if (!given_back_.wait_for(lock, timeout, [this] { return free_places_ > 0; })) {
        throw language::RequestError("unexpected", "$", "the database is busy with other requests");
      }
      --free_places_;
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return Lease(*this, std::move(connection), false);
      }
    }
    try {
      return Lease(*this, connect_(), true);
    } catch (...) {
      give_back(nullptr);
      throw;
    }
  }

 private:
  void give_back(std::unique_ptr<Connection> connection) noexcept {
    {
      const std::lock_guard lock(mutex_);
      ++free_places_;
      if (connection != nullptr) idle_.push_back(std::move(connection));
    }
    given_back_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable given_back_;
  std::size_t free_places_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::function<std::unique_ptr<Connection>()> connect_;
};

}  // namespace edo::backend
