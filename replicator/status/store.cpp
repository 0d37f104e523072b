#include "replicator/status/store.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "edo/error.hpp"
#include "replicator/source/source.hpp"
#include "storage/side_files.hpp"
#include "tables/outbox.hpp"

namespace edo::status {
namespace {

// One row's worth of the oldest pending changes, times the rows.
std::int64_t estimated_bytes(const std::string& path, const StoreStatus& status) {
  if (status.pending_rows == 0) return 0;
  constexpr source::SliceLimits kSample{1000, std::size_t{1} << 20};
  try {
    const auto sample = source::Source(path).read(status.watermark, status.newest, kSample);
    if (!sample || sample->rows() == 0) return 0;
    return static_cast<std::int64_t>(sample->bytes() / sample->rows()) * status.pending_rows;
  } catch (const Error& error) {
    // A row that cannot be shipped has no size here; `run` reports it.
    if (error.kind() != ErrorKind::refused) throw;
    return 0;
  }
}

}  // namespace

std::int64_t file_size(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? static_cast<std::int64_t>(found.st_size) : 0;
}

StoreStatus read_store(const std::string& path) {
  auto database = storage::open_store(path, {});
  tables::Outbox outbox(database);
  StoreStatus status;
  status.info = storage::store_info(database);
  status.watermark = outbox.watermark();
  status.newest = outbox.newest();
  status.pending_changes = outbox.pending_lines();
  status.pending_rows = outbox.pending_rows();
  if (const auto oldest = outbox.oldest_change()) {
    status.oldest_pending = std::max<base::Micros>(0, base::Clock::system().now() - *oldest);
  }
  tables::CentralRecord central(database);
  status.healing = central.healing();
  status.lost = central.lost();
  status.store_bytes = file_size(path);
  status.wal_bytes = file_size(storage::side_file(path, "-wal"));
  status.pending_bytes = estimated_bytes(path, status);
  return status;
}

}  // namespace edo::status
