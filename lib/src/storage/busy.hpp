// How a connection waits for a lock that another one holds.
//
// SQLite itself tries again after pauses that grow to 100 ms. A process that records at full speed
// releases its lock for microseconds only, and such a pause seldom ends in one of them. Short
// pauses do sooner, and their random length keeps waiting processes from trying at the same time.
#pragma once

#include <chrono>
#include <random>
#include <utility>

#include "storage/defence.hpp"

struct sqlite3;

namespace edo::storage {

class BusyWait {
 public:
  // If `interrupt` is given, stops waiting when it is due.
  explicit BusyWait(std::chrono::milliseconds patience, const Interrupt* interrupt = nullptr);
  BusyWait(const BusyWait&) = delete;
  BusyWait& operator=(const BusyWait&) = delete;

  // Makes the connection wait like this. This object must outlive the connection.
  void attend(sqlite3* connection);

  // Sets how long a wait may take; returns the limit before.
  std::chrono::milliseconds limit(std::chrono::milliseconds patience) noexcept {
    return std::exchange(patience_, patience);
  }

 private:
  static int wait(void* self, int tries);

  std::chrono::milliseconds patience_;
  const Interrupt* interrupt_;
  std::chrono::steady_clock::time_point give_up_at_{};
  std::minstd_rand random_;
};

// Limits the waits of a connection within a scope.
class Patience {
 public:
  Patience(BusyWait& busy, std::chrono::milliseconds patience)
      : busy_(busy), before_(busy.limit(patience)) {}
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;
  ~Patience() { busy_.limit(before_); }

 private:
  BusyWait& busy_;
  const std::chrono::milliseconds before_;
};

}  // namespace edo::storage
