// What libedo-shipper has besides libedo.
#include "c_api/recorder.hpp"
#include "edo/shipper.hpp"
#include "edo_shipper.h"
#include "recorder/core.hpp"
#include "recorder/shipping.hpp"
#include "shipper/host_shipping.hpp"

namespace edo {
namespace {

// Before any initialiser of a host, which may open a recorder. 101 is the first that GCC leaves to
// others.
[[gnu::constructor(101)]] void provide() {
  recorder::provide_shipping({.check = shipper::check_centre, .start = shipper::start_shipping});
}

}  // namespace

bool flush(Recorder& recorder, std::chrono::milliseconds deadline) noexcept {
  return recorder.core_ != nullptr && recorder.core_->flush(deadline);
}

}  // namespace edo

std::int32_t edo_recorder_flush(edo_recorder* recorder, std::int64_t deadline_ms) {
  if (recorder == nullptr) return EDO_NULL_HANDLE;
  return edo::flush(recorder->recorder, std::chrono::milliseconds(deadline_ms)) ? 1 : 0;
}
