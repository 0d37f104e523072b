#include "recorder/dropped_calls.hpp"

#include <utility>

#include "storage/noted_drops.hpp"
#include "storage/reserve.hpp"
#include "tables/recorders.hpp"

namespace edo::recorder {

void DroppedCalls::add(std::uint64_t calls, std::string reason) {
  unrecorded_ += calls;
  reason_ = std::move(reason);
}

void DroppedCalls::begin(Session& session) {
  recorded_ = 0;
  tables::take_over_noted_drops(session.database(), session.recorder(), clock_.now());
}

void DroppedCalls::add_to(Session& session) {
  tables::add_dropped(session.database(), session.recorder(), unrecorded_, clock_.now(), reason_);
}

void DroppedCalls::record(Session& session) {
  if (unrecorded_ > 0) add_to(session);
}

void DroppedCalls::committed(Session& session) {
  recorded_ += std::exchange(unrecorded_, 0);
  if (!std::exchange(has_noted_, false)) return;
  tables::take_over_noted_drops(session.database(), session.recorder(), clock_.now());
}

void DroppedCalls::note(Session* session) {
  if (unrecorded_ == 0 || session == nullptr || session->recorder() == 0) return;
  try {
    storage::with_headroom(options_.store, [&] { add_to(*session); });
    recorded_ += std::exchange(unrecorded_, 0);
  } catch (const Error&) {
    // The next call tries to record them, or the next process.
    has_noted_ = storage::note_drops(
        options_.store,
        {.recorder = session->recorder(), .calls = recorded_ + unrecorded_, .reason = reason_});
  }
  (void)storage::make_reserve(options_.store);
}

}  // namespace edo::recorder
