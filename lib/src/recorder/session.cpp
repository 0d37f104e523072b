#include "recorder/session.hpp"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

#include "base/time.hpp"
#include "base/uuid.hpp"
#include "storage/reserve.hpp"
#include "storage/side_files.hpp"
#include "storage/space.hpp"
#include "storage/store.hpp"

namespace edo::recorder {
namespace {

using std::chrono::milliseconds;

// How long a call may wait for readers when the write-ahead log has reached its bound.
constexpr milliseconds kCheckpointPatience{50};
// How long a session waits for readers of files that it leaves.
constexpr milliseconds kLeavingPatience{2000};
// Suffixes of files that are left behind, after the name of the store or its log.
constexpr const char* kLeftLog = "-left";
constexpr const char* kRescued = "-rescued-";
constexpr const char* kCut = "-cut-";
constexpr std::uint64_t kFrameHeader = 24;

storage::OpenOptions open_options(const Options& options, storage::OpenOptions::OthersLog others) {
  storage::OpenOptions open;
  open.access = storage::Access::create;
  open.busy_timeout = std::max(options.busy_timeout, milliseconds(1000));
  open.sync_every_commit = options.durability == Durability::power;
  open.others_log = others;
  return open;
}

bool is_sound(const std::string& path) {
  try {
    // It is nobody else's, and closing it leaves no log behind.
    storage::OpenOptions open;
    open.access = storage::Access::read_write;
    storage::Database database(path, open);
    return database.text("PRAGMA quick_check(1)") == "ok";
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Session::Session(const Options& options, storage::OpenOptions::OthersLog others)
    : max_wal_bytes_(options.max_wal_bytes),
      database_(
          storage::open_store(options.store, open_options(options, others), options.host_label)),
      frame_bytes_(storage::page_bytes(database_) + kFrameHeader),
      files_(database_) {
  database_.busy().limit(options.busy_timeout);
  storage::mark_log(database_.path(), database_.open_file().id(), database_.log_files().log);
  // Replaces SQLite's own checkpoints, which would stop a call every 1000 pages.
  sqlite3_wal_hook(database_.handle().getHandle(), &Session::on_commit, this);
  limit_wal(static_cast<std::int64_t>(max_wal_bytes_));
}

void Session::set_recorder(std::int64_t id) {
  lock_.emplace(database_.path(), id);
  recorder_ = id;
  database_.open_file().hold(database_.path());
}

std::optional<Error> Session::run(const Change& change) {
  try {
    if (execute(change)) return std::nullopt;
    Row& row = *change[0].row;
    const std::string taken = row.stored_id();
    row.other_id = base::to_string(base::new_uuid());
    if (!execute(change)) throw database_.error(describe(change.kind()));
    return Error(ErrorKind::invalid_argument, describe(change.kind()), database_.path(),
                 "the id " + taken + " exists already, so this row is recorded as " + row.other_id);
  } catch (const SQLite::Exception& failure) {
    throw database_.error(describe(change.kind()), failure);
  }
}

// False, without effect, if the id of the row that it starts exists already.
bool Session::execute(const Change& change) {
  storage::Use statement(prepared(change.kind()));
  for (std::size_t i = 0; i < change.size(); ++i) {
    const Value& value = change[i];
    const int parameter = static_cast<int>(i) + 1;
    if (value.kind == Value::Kind::integer) statement->bind(parameter, value.integer);
    if (value.kind == Value::Kind::recorder) statement->bind(parameter, recorder_);
    if (value.kind == Value::Kind::text) statement->bindNoCopy(parameter, value.text);
    if (value.kind == Value::Kind::row) statement->bindNoCopy(parameter, value.row->stored_id());
  }
  if (statement->tryExecuteStep() != SQLITE_DONE) {
    if (is_id_taken(change)) return false;
    throw database_.error(describe(change.kind()));
  }
  if (database_.handle().getChanges() == 0) {
    throw Error(ErrorKind::invalid_argument, describe(change.kind()), database_.path(),
                "its row is not in the store; its start was lost, or the store was replaced");
  }
  return true;
}

bool Session::is_id_taken(const Change& change) {
  return database_.handle().getExtendedErrorCode() == SQLITE_CONSTRAINT_PRIMARYKEY &&
         change[0].kind == Value::Kind::row;
}

SQLite::Statement& Session::prepared(ChangeKind kind) {
  auto& slot = statements_[static_cast<std::size_t>(kind)];
  if (!slot) slot.emplace(database_.handle(), sql(kind));
  return *slot;
}

storage::StoreFiles::State Session::look() { return files_.look(); }

void Session::suspect() noexcept { files_.suspect(); }

void Session::keep_log() {
  sqlite3_db_config(database_.handle().getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

std::string Session::leave(storage::StoreFiles::State state) {
  // SQLite would remove the log at the path, which may belong to another file by now.
  keep_log();
  std::string words;
  if (state == storage::StoreFiles::State::store_gone) {
    words += "the file was moved, replaced or deleted while it was open; ";
    if (save_log()) {
      files_.remove_log();
      return words + "all rows until now are in it; new rows go to the store at this path";
    }
    files_.remove_log(kLeftLog);
    return words +
           "new rows go to the store at this path; the last rows of the old store are in its "
           "write-ahead log, which could not be written into it and was kept as " +
           storage::side_file(database_.path(), "-wal") + kLeftLog +
           ": before any program opens the old file, put this one beside it, named like it with "
           "-wal at the end";
  }
  if (state == storage::StoreFiles::State::index_truncated) {
    files_.remove_index();
    return words +
           "its -shm file was truncated while it was open; nothing was lost, and recording "
           "continues";
  }
  if (state == storage::StoreFiles::State::store_truncated) {
    const std::string aside = name_aside(kCut);
    words += "the file was emptied while it was open; its rows are lost";
    if (files_.set_aside(aside)) words += ", and rows written since were kept as " + aside;
    return words + "; new rows go to a new store at this path";
  }
  if (state == storage::StoreFiles::State::log_truncated) {
    words += "its -wal file was truncated while it was open; ";
    if (save_log()) {
      files_.remove_log();
      return words + "nothing was lost, and recording continues";
    }
    // The log may have been cut in the middle of being written into the store.
    const std::string aside = name_aside(kCut);
    if (!files_.set_aside(aside)) return words + "new rows go to the store at this path";
    return words + "the rows that only it had are lost, and the others were kept as " + aside +
           " (check it with edo doctor --store); new rows go to a new store at this path";
  }
  words += "its -wal or -shm file was removed or replaced while it was open; ";
  if (files_.has_other_log()) {
    // Pages of two logs in one file would corrupt the database.
    if (!has_unsaved_log()) return words + "nothing was lost, and recording continues";
    words += "another program has written to the store since, ";
    try {
      return words + "so a copy with the last rows was kept as " + copy_store() +
             "; edo doctor says what to do with it";
    } catch (const Error& failure) {
      // What can be mended is tried again.
      if (failure.kind() != ErrorKind::corrupt) throw;
      return words + "and the last rows cannot be read any more; recording continues";
    }
  }
  const bool saved = save_log();
  files_.remove_log(saved ? "" : kLeftLog);
  return words + (saved ? "all rows until now are in the store, and recording continues"
                        : "rows may be lost, because the write-ahead log could not be written into "
                          "the store");
}

// Writes everything in the log into the database file. SQLite does not wait for another checkpoint,
// such as that of the maintenance thread, so this does.
bool Session::save_log() {
  using std::chrono::steady_clock;
  const storage::Patience patience(database_.busy(), kLeavingPatience);
  const auto give_up_at = steady_clock::now() + kLeavingPatience;
  for (;;) {
    int frames = 0;
    int saved = 0;
    const int code = sqlite3_wal_checkpoint_v2(database_.handle().getHandle(), "main",
                                               SQLITE_CHECKPOINT_FULL, &frames, &saved);
    if (code == SQLITE_OK && frames == saved) return true;
    if (code != SQLITE_BUSY || steady_clock::now() >= give_up_at) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
}

bool Session::has_unsaved_log() {
  int frames = 0;
  int saved = 0;
  const int code = sqlite3_wal_checkpoint_v2(database_.handle().getHandle(), "main",
                                             SQLITE_CHECKPOINT_NOOP, &frames, &saved);
  return code != SQLITE_OK || frames != saved;
}

std::string Session::name_aside(const char* what) const {
  return storage::side_file(database_.path(), what) +
         base::format_timestamp(base::Clock::system().now());
}

// The copy gets its name only when it is complete. If another program has written into the store
// already, the pages of the log may not fit the file any more.
std::string Session::copy_store() {
  const std::string draft =
      storage::side_file(database_.path(), storage::kRescueDraft) + std::to_string(::getpid());
  try {
    SQLite::Database copy(draft, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    SQLite::Backup(copy, database_.handle()).executeStep();
  } catch (const SQLite::Exception& failure) {
    // It is tried again.
    (void)::unlink(draft.c_str());
    throw database_.error("copy", failure);
  }
  const std::string path = name_aside(is_sound(draft) ? kRescued : kCut);
  return std::rename(draft.c_str(), path.c_str()) == 0 ? path : draft;
}

void Session::allow_growth(bool allowed) noexcept {
  if (allowed == may_grow_) return;
  constexpr std::int64_t kMostPages = 4294967294;  // of any database
  try {
    const std::int64_t pages =
        allowed ? kMostPages : database_.integer("PRAGMA page_count").value_or(kMostPages);
    database_.execute("PRAGMA max_page_count = " + std::to_string(pages));
    may_grow_ = allowed;
  } catch (const std::exception&) {
    // It is tried again after some commits.
  }
}

bool Session::restart_wal() { return restart() == SQLITE_OK; }

void Session::cut_wal() {
  limit_wal(storage::kLogRoom);
  std::optional<Error> failure;
  if (restart() != SQLITE_OK) failure = database_.error("checkpoint");
  limit_wal(static_cast<std::int64_t>(max_wal_bytes_));
  if (failure) throw Error(*failure);
  (void)storage::keep_room_for_log(database_.path());
}

// The SQLite code of the checkpoint.
int Session::restart() {
  const storage::Patience patience(database_.busy(), kCheckpointPatience);
  const int code = sqlite3_wal_checkpoint_v2(database_.handle().getHandle(), "main",
                                             SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  if (code != SQLITE_OK) return code;
  wal_bytes_ = 0;
  // The first commit after a restart of the log waits for the disk: better this one than a call's.
  // SQLite skips a write that changes nothing, so this changes a value twice.
  constexpr const char* kNothing = "UPDATE store SET schema_version = -schema_version";
  try {
    storage::WriteTransaction transaction(database_);
    database_.execute(kNothing);
    database_.execute(kNothing);
    transaction.commit();
  } catch (const Error&) {
    // Then a call waits.
  }
  return code;
}

// A log that has grown beyond this, for example because of a reader, is truncated to it when it
// restarts.
void Session::limit_wal(std::int64_t bytes) {
  database_.execute("PRAGMA journal_size_limit = " + std::to_string(bytes));
}

int Session::on_commit(void* self, sqlite3*, const char*, int pages) noexcept {
  auto& session = *static_cast<Session*>(self);
  session.wal_bytes_ = static_cast<std::uint64_t>(pages) * session.frame_bytes_;
  return SQLITE_OK;
}

}  // namespace edo::recorder
