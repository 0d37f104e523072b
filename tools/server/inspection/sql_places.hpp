// The places for SQL at the central database. A statement that was given up keeps its place until
// its backend has really ended it, so that the database never has more of them than places.
#pragma once

#include <array>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "replicator/postgres/target.hpp"
#include "tools/server/inspection/inspection.hpp"

namespace edo::inspection {

// The process at the database that serves one session.
struct Backend {
  std::string id;
  std::string begun;  // tells it from a later process with the same id
};

class SqlPlaces {
 public:
  explicit SqlPlaces(const postgres::Target& target) : target_(target) {}

  class Place {
   public:
    Place(SqlPlaces& places, std::size_t number) : places_(&places), number_(number) {}
    Place(Place&& other) noexcept
        : places_(std::exchange(other.places_, nullptr)), number_(other.number_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (places_ != nullptr) places_->give_back(number_);
    }

    // Has the backend end its statement and itself, so that its memory is free again, and gives the
    // place back when the backend is gone. Its connection must be closed.
    void keep_until_gone(Backend backend);

   private:
    SqlPlaces* places_;
    std::size_t number_;
  };

  // Throws Error unavailable if there is none.
  [[nodiscard]] Place take();

 private:
  struct Slot {
    bool is_taken = false;
    std::jthread watch = {};  // of a backend that was given up
  };

  void give_back(std::size_t number);

  const postgres::Target target_;
  std::mutex mutex_;
  std::array<Slot, kSqlAtOnce> slots_;  // last, because their threads use the others
};

}  // namespace edo::inspection
