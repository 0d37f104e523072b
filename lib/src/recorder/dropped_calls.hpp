// Counts the dropped calls of this process until the store knows them. Belongs to the leader.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "edo/options.hpp"
#include "recorder/session.hpp"

namespace edo::recorder {

class DroppedCalls {
 public:
  DroppedCalls(const Options& options, const base::Clock& clock)
      : options_(options), clock_(clock) {}

  void add(std::uint64_t calls, std::string reason);
  // How many the store does not know yet.
  [[nodiscard]] std::uint64_t unrecorded() const noexcept { return unrecorded_; }
  // After a transaction that was rolled back, together with what it has dropped.
  void restore(std::uint64_t unrecorded) noexcept { unrecorded_ = unrecorded; }

  // The process has a new recorder entry: takes over what earlier ones noted beside the store.
  void begin(Session& session);
  // Adds the count to the open transaction; committed() says that it was committed.
  void record(Session& session);
  void committed(Session& session);
  // Records the count now, or notes it in a file beside the store. On a full disk this has space of
  // its own, since the host may end before there is space again.
  void note(Session* session);

 private:
  void add_to(Session& session);

  const Options& options_;
  const base::Clock& clock_;
  std::uint64_t recorded_ = 0;  // in the store, under the recorder entry of now
  std::uint64_t unrecorded_ = 0;
  bool has_noted_ = false;  // beside the store
  std::string reason_;      // of the last one
};

}  // namespace edo::recorder
