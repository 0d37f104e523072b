#include "tools/server/inspection/sql_places.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>

#include "edo/error.hpp"
#include "replicator/postgres/connection.hpp"

namespace edo::inspection {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{500};
constexpr std::chrono::seconds kLookTime{5};

// A backend acts on it as soon as it can be interrupted at all.
constexpr const char* kTerminate =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid = $1::integer AND backend_start = $2::timestamptz";

// False if it is gone. While the database does not answer, it may still be there.
bool terminate(const postgres::Target& target, const Backend& backend) {
  try {
    postgres::Connection connection(target);
    connection.limit_waiting(kLookTime);
    const auto found = connection.run("end a statement at", kTerminate,
                                      postgres::Parameters().text(backend.id).text(backend.begun));
    return found.rows() > 0;
  } catch (const Error&) {
    return true;
  }
}

void pause(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  (void)condition.wait_for(lock, stop, kBetweenLooks, [] { return false; });
}

}  // namespace

SqlPlaces::Place SqlPlaces::take() {
  const std::lock_guard lock(mutex_);
  const auto free =
      std::find_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return !slot.is_taken; });
  if (free == slots_.end()) {
    throw Error(ErrorKind::unavailable,
                "run SQL: the statements before it took too long, and PostgreSQL has not ended "
                "them yet; try again later");
  }
  free->is_taken = true;
  return {*this, static_cast<std::size_t>(free - slots_.begin())};
}

void SqlPlaces::give_back(std::size_t number) {
  const std::lock_guard lock(mutex_);
  slots_[number].is_taken = false;
}

void SqlPlaces::Place::keep_until_gone(Backend backend) {
  auto& watch = places_->slots_[number_].watch;
  const auto place = std::make_shared<Place>(std::move(*this));
  // Nobody else uses the slot while it is taken. Its last thread has ended, or is about to.
  watch = std::jthread([place, target = place->places_->target_,
                        backend = std::move(backend)](const std::stop_token& stop) {
    while (!stop.stop_requested() && terminate(target, backend)) pause(stop);
  });
}

}  // namespace edo::inspection
