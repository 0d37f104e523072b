// The keys behind a URL (RFC 7517), which a thread keeps fresh.
//
// As Hasura does it: the answer's Cache-Control and Expires say when to fetch again, at most once a
// second, and an answer that says nothing is fetched no more. While the URL does not answer, the
// keys stay as they are and it is tried again, at first after a second.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tools/server/auth/keys.hpp"

namespace edo::auth {

using Keys = std::shared_ptr<const std::vector<Key>>;  // shared: a refresh must not wait for checks

class PublishedKeys {
 public:
  // Fetches them once before it returns; a failure is only reported. `report` is called in any
  // thread.
  PublishedKeys(std::string url, std::function<void(const std::string&)> report);

  // Never null; empty until the first fetch succeeds.
  [[nodiscard]] Keys keys() const;

 private:
  // Until the next fetch; nothing if there is none.
  [[nodiscard]] std::optional<std::chrono::milliseconds> refresh(const std::stop_token& stop);
  void keep_fresh(const std::stop_token& stop, std::chrono::milliseconds pause);

  const std::string url_;
  const std::function<void(const std::string&)> report_;
  mutable std::mutex mutex_;
  Keys keys_ = std::make_shared<const std::vector<Key>>();
  std::chrono::seconds pause_after_failure_{1};
  bool is_refreshed_ = false;  // an answer once said when to fetch again
  std::jthread thread_;        // last, because it uses the others
};

}  // namespace edo::auth
