#include "recorder/open_store.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <string>
#include <thread>
#include <utility>

#include "storage/reserve.hpp"
#include "storage/side_files.hpp"
#include "storage/store.hpp"
#include "tables/recorders.hpp"

namespace edo::recorder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr steady_clock::time_point kNever{};
constexpr milliseconds kLeavingStep{100};
constexpr std::chrono::seconds kLeavingPatience{30};
// How long a new recorder waits for processes that save a log before others may open the store.
constexpr milliseconds kLogPatience{1000};
constexpr milliseconds kLogStep{5};

}  // namespace

Error OpenStore::busy(std::string_view operation, std::string_view why) const {
  return {ErrorKind::busy, operation, options_.store, why};
}

bool OpenStore::is_recent(TimePoint& since) {
  const auto now = steady_clock::now();
  if (since == kNever) since = now;
  return now - since < kLeavingPatience;
}

bool OpenStore::is_log_in_use() {
  using storage::LogState;
  const auto state = storage::state_of_log(options_.store, storage::OpenFile(options_.store));
  if (state == LogState::lost || state == LogState::others) return is_recent(log_in_use_since_);
  log_in_use_since_ = {};
  return false;
}

void OpenStore::wait_for_log() {
  const auto give_up_at = steady_clock::now() + kLogPatience;
  while (is_log_in_use() && steady_clock::now() < give_up_at) std::this_thread::sleep_for(kLogStep);
}

bool OpenStore::waits_for_others() const noexcept {
  return session_ != nullptr || log_in_use_since_ != kNever || folder_busy_since_ != kNever;
}

void OpenStore::refuse_busy_files() {
  if (left_log_ && storage::OpenFile::connections(options_.store) > 0) {
    throw busy("open",
               "its write-ahead log was removed, and another part of this process still has it "
               "open; close that one first");
  }
  left_log_ = false;
  // The other process needs the folder for that.
  if (session_ == nullptr && is_log_in_use()) {
    throw busy("open",
               "its files were removed or replaced, and another process is saving its write-ahead "
               "log; recording continues after that");
  }
}

void OpenStore::report_log_aside(Reports& reports) const {
  const std::string& log = session_->database().log_aside();
  if (log.empty()) return;
  reports.emplace_back(ErrorKind::io, "open", options_.store,
                       "the write-ahead log of another store, which was moved away or replaced, "
                       "was at this path. It was kept as " +
                           log +
                           ": before any program opens that store, put this file beside it, named "
                           "like it with -wal at the end");
}

// Rows must not be stored before the process is registered, or nobody could tell that they crashed.
void OpenStore::open(DroppedCalls& dropped, Reports& reports) {
  if (session_ && session_->recorder() != 0) return;
  const storage::FolderLock others(options_.store);
  if (others.is_taken() && is_recent(folder_busy_since_)) {
    throw busy("open", "another process opens or moves stores in its folder");
  }
  folder_busy_since_ = {};
  refuse_busy_files();
  if (!session_) {
    using OthersLog = storage::OpenOptions::OthersLog;
    const bool waited = log_in_use_since_ != kNever;
    session_ =
        std::make_unique<Session>(options_, waited ? OthersLog::take_over : OthersLog::refuse);
    log_in_use_since_ = {};
  }
  report_log_aside(reports);
  wakeup_.watch(storage::folder_of(options_.store));
  storage::with_headroom(options_.store, [&] {
    tables::mark_crashed(session_->database(), clock_.now());
    session_->set_recorder(tables::register_recorder(session_->database(), clock_.now()));
  });
  assert(session_->recorder() != 0);
  dropped.begin(*session_);
  (void)storage::keep_room_for_log(options_.store);
  (void)storage::make_reserve(options_.store);
}

bool OpenStore::leave_moved_files(Reports& reports) {
  using State = storage::StoreFiles::State;
  const auto state = session_ ? session_->look() : State::unchanged;
  if (state == State::unchanged) return false;
  const auto now = steady_clock::now();
  if (moved_since_ == kNever) moved_since_ = now;
  std::string happened;
  {
    const storage::FolderLock others(options_.store, std::min(options_.busy_timeout, kLeavingStep));
    // Somebody, perhaps this process, writes the old log into the store. One that has been stopped
    // meanwhile is not waited for without end.
    const bool is_lent = maintenance_connection_ && maintenance_connection_.use_count() > 1;
    const bool is_patient = !others.held() && now - moved_since_ < kLeavingPatience;
    if (is_checkpointing() || is_lent || is_patient) {
      throw busy("record in",
                 "its files were moved or removed during a checkpoint; recording continues after "
                 "that");
    }
    // Somebody who begins it anew may have been in the middle of that.
    if (state == State::log_truncated && session_->look() != state) {
      moved_since_ = {};
      return false;
    }
    left_log_ = state != State::store_gone && state != State::store_truncated;
    happened = session_->leave(state);
    maintenance_connection_.reset();
    session_.reset();
  }
  moved_since_ = {};
  reports.emplace_back(ErrorKind::io, "record in", options_.store, happened);
  return true;
}

bool OpenStore::begin_checkpoint(milliseconds patience) {
  checkpoint_lock_.emplace(options_.store, patience, storage::FolderLock::Hold::shared);
  const bool in_place =
      checkpoint_lock_->held() && session_->look() == storage::StoreFiles::State::unchanged;
  if (!in_place) checkpoint_lock_.reset();
  return in_place;
}

std::shared_ptr<storage::Database> OpenStore::maintenance_connection() {
  if (maintenance_connection_ == nullptr && session_) {
    storage::OpenOptions open;
    open.access = storage::Access::read_write;
    maintenance_connection_ = std::make_shared<storage::Database>(options_.store, open);
    sqlite3_db_config(maintenance_connection_->handle().getHandle(),
                      SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  return maintenance_connection_;
}

std::unique_ptr<Session> OpenStore::release() {
  maintenance_connection_.reset();
  // Another recorder may be opening a store in this folder. If the files are being moved, the log
  // stays as it is.
  if (session_ && !begin_checkpoint(storage::FolderLock::kPatience)) session_->keep_log();
  return std::move(session_);
}

}  // namespace edo::recorder
