#include "tools/server/auth/published_keys.hpp"

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "edo/error.hpp"
#include "tools/server/auth/fetch.hpp"
#include "tools/server/auth/lifetime.hpp"

namespace edo::auth {
namespace {

constexpr std::chrono::seconds kShortestPause{1};
constexpr std::chrono::seconds kPauseWithoutLifetime{60};

Error unusable(const std::string& url, const std::string& why) {
  return {ErrorKind::unavailable, "read the keys at", url, why};
}

std::vector<Key> keys_in(const std::string& url, const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  const auto list = json.is_object() ? json.find("keys") : json.end();
  if (list == json.end() || !list->is_array()) throw unusable(url, R"(expected {"keys": […]})");
  std::vector<Key> keys;
  for (const auto& each : *list) {
    if (auto key = Key::from_jwk(each)) keys.push_back(std::move(*key));
  }
  if (keys.empty()) throw unusable(url, "none of them checks signatures (RSA, EC or Ed25519)");
  return keys;
}

}  // namespace

PublishedKeys::PublishedKeys(std::string url, std::function<void(const std::string&)> report)
    : url_(std::move(url)), report_(std::move(report)) {
  if (const auto pause = refresh({})) {
    thread_ = std::jthread(
        [this, pause = *pause](const std::stop_token& stop) { keep_fresh(stop, pause); });
  }
}

Keys PublishedKeys::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

std::optional<std::chrono::milliseconds> PublishedKeys::refresh(const std::stop_token& stop) {
  try {
    const FetchResponse response = fetch({.url = url_, .headers = {}, .body = {}}, stop);
    if (response.status < 200 || response.status > 299) {
      throw unusable(url_, "the answer has status " + std::to_string(response.status));
    }
    auto keys = std::make_shared<const std::vector<Key>>(keys_in(url_, response.body));
    {
      const std::lock_guard lock(mutex_);
      keys_ = std::move(keys);
    }
    pause_after_failure_ = kShortestPause;
    const auto age = lifetime(response.headers, std::chrono::system_clock::now());
    if (!age && !is_refreshed_) return std::nullopt;
    is_refreshed_ = true;
    return std::max(kShortestPause, age.value_or(kPauseWithoutLifetime));
  } catch (const std::exception& error) {
    if (!stop.stop_requested()) report_(error.what());
    return std::exchange(pause_after_failure_,
                         std::min(pause_after_failure_ * 2, kPauseWithoutLifetime));
  }
}

void PublishedKeys::keep_fresh(const std::stop_token& stop, std::chrono::milliseconds pause) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  for (std::optional<std::chrono::milliseconds> next = pause; next; next = refresh(stop)) {
    condition.wait_for(lock, stop, *next, [] { return false; });
    if (stop.stop_requested()) return;
  }
}

}  // namespace edo::auth
