#include "tools/server/live/hub.hpp"

#include <xxhash.h>

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include "tools/server/protocol/errors.hpp"

namespace edo::live {

using std::chrono::steady_clock;

// A result may also depend on the time of day, so an unchanged version is trusted only for a while.
constexpr int kMostSkips = 30;
// How long a poll is repeated that finds no memory, before the subscribers get an error.
constexpr std::chrono::seconds kPatience{5};

namespace {

// Stands for a result, which would otherwise take memory between two polls. Nobody can prepare two
// results with the same digest, since the seed is random.
struct Digest {
  explicit Digest(const std::string& text)
      : hash(XXH3_128bits_withSeed(text.data(), text.size(), seed())) {}
  bool operator==(const Digest& other) const { return XXH128_isEqual(hash, other.hash) != 0; }

  static XXH64_hash_t seed() {
    static const XXH64_hash_t chosen = [] {
      std::random_device random;
      return (XXH64_hash_t{random()} << 32) | random();
    }();
    return chosen;
  }
  XXH128_hash_t hash;
};

}  // namespace

struct Hub::Cohort {
  struct Subscriber {
    Deliver deliver;
    bool is_new = true;  // it needs a result even if that has not changed
  };

  std::unique_ptr<engine::LiveQuery> query;
  std::string key;  // empty for a stream, which is never shared
  std::map<Id, Subscriber> subscribers;
  std::optional<Digest> last;       // of the latest result
  std::optional<Time> short_since;  // when a poll first found no memory
  std::optional<std::uint64_t> version;
  int skips = 0;
  std::uint64_t turn = 0;  // entries of due_ with an earlier number are obsolete
  bool is_polled = false;  // at the moment
  bool waits_for_receipt = false;

  [[nodiscard]] bool is_stream() const noexcept { return key.empty(); }
};

Hub::Hub(HubOptions options) : options_(std::move(options)) {
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
}

Hub::~Hub() { stop(); }

Hub::Id Hub::subscribe(std::unique_ptr<engine::LiveQuery> query, Deliver deliver) {
  // Each stream has its own cursor, even if its query is equal to another.
  std::string key = query->is_stream() ? std::string() : query->key();
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Cohort> cohort;
  if (const auto found = by_key_.find(key); found != by_key_.end()) cohort = found->second.lock();
  if (cohort == nullptr) {
    cohort = std::make_shared<Cohort>();
    cohort->query = std::move(query);
    cohort->key = key;
    if (!key.empty()) by_key_[std::move(key)] = cohort;
  }
  const Id id = ++last_id_;
  cohort->subscribers[id].deliver = std::move(deliver);
  by_id_.emplace(id, cohort);
  if (!cohort->is_polled) schedule(cohort, steady_clock::now());
  return id;
}

void Hub::unsubscribe(Id id) {
  std::shared_ptr<Cohort> cohort;  // goes after the lock
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  cohort = std::move(found->second);
  by_id_.erase(found);
  cohort->subscribers.erase(id);
  if (cohort->subscribers.empty()) by_key_.erase(cohort->key);
}

void Hub::received(Id id) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || !found->second->waits_for_receipt) return;
  found->second->waits_for_receipt = false;
  if (!found->second->is_polled) schedule(found->second, steady_clock::now());
}

HubFigures Hub::figures() const {
  const std::lock_guard lock(mutex_);
  HubFigures figures = figures_;
  figures.subscriptions = by_id_.size();
  std::set<const Cohort*> cohorts;
  for (const auto& [id, cohort] : by_id_) cohorts.insert(cohort.get());
  figures.cohorts = cohorts.size();
  return figures;
}

void Hub::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void Hub::schedule(const std::shared_ptr<Cohort>& cohort, Time time) {
  due_.push({time, cohort, ++cohort->turn});
  changed_.notify_one();
}

void Hub::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (due_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const Time next = due_.top().time;
    if (next > steady_clock::now()) {
      changed_.wait_until(lock, next);
      continue;
    }
    auto cohort = due_.top().cohort.lock();
    const bool is_its_turn = cohort != nullptr && cohort->turn == due_.top().turn;
    due_.pop();
    if (is_its_turn) poll(cohort, lock);
    lock.unlock();
    cohort.reset();
    lock.lock();
  }
}

std::optional<std::uint64_t> Hub::version() {
  if (!options_.version) return std::nullopt;
  const std::lock_guard lock(version_mutex_);
  return options_.version();
}

// No other thread uses the cohort's query meanwhile, since it is not scheduled during a poll.
void Hub::poll(const std::shared_ptr<Cohort>& cohort, std::unique_lock<std::mutex>& lock) {
  const Time begin = steady_clock::now();
  std::vector<Id> newcomers;
  for (const auto& [id, subscriber] : cohort->subscribers) {
    if (subscriber.is_new) newcomers.push_back(id);
  }
  cohort->is_polled = true;
  lock.unlock();
  // Read before the poll: a commit in between is in the result, or leads to one more poll.
  const auto now = version();
  const bool is_needed =
      !newcomers.empty() || !now || now != cohort->version || ++cohort->skips >= kMostSkips;
  const Answer answer = is_needed ? next_result(*cohort, now) : nullptr;
  lock.lock();
  ++(is_needed ? figures_.polls : figures_.polls_skipped);
  const auto notified = answer != nullptr ? subscribers_to_notify(*cohort, *answer, newcomers)
                                          : std::vector<Deliver>();
  figures_.answers += notified.size();
  cohort->waits_for_receipt = cohort->is_stream() && !notified.empty();
  lock.unlock();
  for (const auto& deliver : notified) deliver(answer);
  lock.lock();

  // The next poll may begin only now, or its result could overtake this one.
  cohort->is_polled = false;
  if (cohort->waits_for_receipt) return;
  // Subscribers that joined during the poll need a later one.
  const bool has_newcomers =
      answer != nullptr && std::any_of(cohort->subscribers.begin(), cohort->subscribers.end(),
                                       [](const auto& each) { return each.second.is_new; });
  schedule(cohort, has_newcomers ? begin : begin + options_.interval);
}

std::vector<Hub::Deliver> Hub::subscribers_to_notify(Cohort& cohort, const std::string& answer,
                                                     const std::vector<Id>& newcomers) {
  const Digest digest(answer);
  const bool has_changed = cohort.last != digest;
  cohort.last = digest;
  std::vector<Deliver> notified;
  for (auto& [id, subscriber] : cohort.subscribers) {
    const bool was_new = std::binary_search(newcomers.begin(), newcomers.end(), id);
    if (was_new) subscriber.is_new = false;
    // Subscribers that joined during this poll get the result of the next one, and not both.
    const bool wants_it = was_new || (has_changed && !subscriber.is_new);
    if (wants_it) notified.push_back(subscriber.deliver);
  }
  return notified;
}

Answer Hub::next_result(Cohort& cohort, std::optional<std::uint64_t> version) {
  cohort.skips = 0;
  cohort.version.reset();
  try {
    Answer answer =
        protocol::with_request_errors(options_.report, [&] { return poll_query(cohort); });
    if (cohort.short_since) return nullptr;
    // Rows of a stream are new even if they equal the previous ones, and more may follow.
    if (cohort.is_stream() && answer != nullptr) {
      cohort.last.reset();
    } else {
      cohort.version = version;
    }
    return answer;
  } catch (const language::RequestError& error) {
    cohort.short_since.reset();
    return make_answer(protocol::error_answer(error), nullptr);
  }
}

// A poll that finds no memory is repeated after the interval, and occupies no thread until then.
Answer Hub::poll_query(Cohort& cohort) {
  backend::Room room(*options_.memory);
  try {
    auto answer = cohort.query->poll(room);
    cohort.short_since.reset();
    if (!answer) return nullptr;
    auto memory = room.settle(answer->size());
    return make_answer(std::move(*answer), std::move(memory));
  } catch (const backend::MemoryShortage&) {
    const Time now = steady_clock::now();
    options_.memory->note_refusal(now);
    if (!cohort.short_since) cohort.short_since = now;
    if (now - *cohort.short_since > kPatience) throw backend::MemoryRefused();
    return nullptr;
  }
}

}  // namespace edo::live
