// What libedo-shipper has besides libedo.
#include "c_api/recorder.hpp"
#include "edo/shipper.hpp"
#include "edo_shipper.h"
#include "recorder/recorder_state.hpp"
#include "recorder/shipping.hpp"
#include "shipper/host_shipping.hpp"

namespace edo {
namespace {

// Before any initialiser of a host, which may open a recorder. 101 is the first that GCC leaves to
// others.
[[gnu::constructor(101)]] void provide() {
  recorder::provide_shipping(
      {.check = shipper::check_central_database, .start = shipper::start_shipping});
}

}  // namespace

bool ship(Recorder& recorder, std::chrono::milliseconds timeout) noexcept {
  return recorder.state_ != nullptr && recorder.state_->ship(timeout);
}

}  // namespace edo

std::int32_t edo_recorder_ship(edo_recorder* recorder, std::int64_t timeout_ms) {
  if (recorder == nullptr) return EDO_NULL_HANDLE;
  return edo::ship(recorder->recorder, std::chrono::milliseconds(timeout_ms)) ? 1 : 0;
}
