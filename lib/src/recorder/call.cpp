#include "recorder/call.hpp"

#include <string>

namespace edo::recorder {

Error recorder_is_closed(const Options& options, const Change& change) {
  return {ErrorKind::closed, describe(change.kind()), options.store, "the recorder is closed"};
}

Error queue_is_full(const Options& options, const Change& change) {
  return {ErrorKind::full, describe(change.kind()), options.store,
          "the store takes no calls now, and " + std::to_string(options.max_queue_bytes) +
              " bytes of calls (maxQueueBytes) are already queued"};
}

Error store_is_full(const Options& options, const Change& change) {
  return {ErrorKind::full, describe(change.kind()), options.store,
          "maxStoreBytes (" + std::to_string(options.max_store_bytes) +
              ") is reached and no row may be deleted; ship or prune the store, or raise the "
              "option"};
}

}  // namespace edo::recorder
