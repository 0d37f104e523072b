#include <mutex>

#include "edo/error.hpp"
#include "replicator/status/store.hpp"
#include "storage/side_files.hpp"
#include "storage/store.hpp"
#include "tools/server/inspection/inspection.hpp"
#include "tools/server/inspection/sql_process.hpp"

namespace edo::inspection {
namespace {

constexpr storage::OpenOptions kReadOnly{.access = storage::Access::read_only};

Json seconds_or_null(const std::optional<base::Micros>& span) {
  return span ? Json(static_cast<double>(*span) / 1e6) : Json(nullptr);
}

// The file may be a store or any other SQLite database.
class StoreInspection final : public Inspection {
 public:
  explicit StoreInspection(const std::string& store) : store_(store), watching_(store, kReadOnly) {}

  Json info() override {
    storage::Database database(store_, kReadOnly);
    Json info = {{"backend", "sqlite"},
                 {"sqlite_version", sqlite3_libversion()},
                 {"store", store_},
                 {"store_bytes", status::file_size(store_)},
                 {"wal_bytes", status::file_size(storage::side_file(store_, "-wal"))},
                 {"replication", nullptr}};
    if (database.integer("PRAGMA application_id") != storage::kApplicationId) return info;
    const auto status = status::read_store(store_);
    info["store_id"] = status.info.store_id;
    info["host_label"] = status.info.host_label;
    info["schema_version"] = status.info.schema_version;
    info["replication"] = {{"pending_changes", status.pending_changes},
                           {"pending_rows", status.pending_rows},
                           {"pending_bytes", status.pending_bytes},
                           {"oldest_pending_seconds", seconds_or_null(status.oldest_pending)},
                           {"watermark", status.watermark},
                           {"newest_seq", status.newest}};
    return info;
  }

  Json run_sql(const std::string& sql, const SqlLimits& limits,
               const std::stop_token& left) override {
    return run_in_process(store_, sql, limits, left);
  }

  std::optional<std::uint64_t> version() override {
    const std::lock_guard lock(mutex_);
    try {
      const auto version = watching_.integer("PRAGMA data_version");
      return version ? std::optional(static_cast<std::uint64_t>(*version)) : std::nullopt;
    } catch (const Error&) {
      return std::nullopt;  // the next poll reports the error
    }
  }

 private:
  const std::string store_;
  std::mutex mutex_;
  storage::Database watching_;
};

}  // namespace

std::unique_ptr<Inspection> inspect_store(const std::string& store) {
  return std::make_unique<StoreInspection>(store);
}

}  // namespace edo::inspection
