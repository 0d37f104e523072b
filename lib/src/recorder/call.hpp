// A call of a host on its way into the store.
#pragma once

#include <optional>
#include <vector>

#include "edo/error.hpp"
#include "edo/options.hpp"
#include "edo/recorder.hpp"
#include "recorder/change.hpp"

namespace edo::recorder {

// Lives in the function of the thread that makes the call, which waits until it is done.
struct Call {
  const Change* change = nullptr;
  Outcome outcome = Outcome::dropped;
  std::optional<Error> error = {};
  bool done = false;
};

// What must be reported to the host when no lock is held any more.
using Reports = std::vector<Error>;

// Why a call is dropped.
[[nodiscard]] Error recorder_is_closed(const Options& options, const Change& change);
[[nodiscard]] Error queue_is_full(const Options& options, const Change& change);
[[nodiscard]] Error store_is_full(const Options& options, const Change& change);

}  // namespace edo::recorder
