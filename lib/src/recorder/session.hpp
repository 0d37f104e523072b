// A recorder's connection to its store: the prepared statements, the bounded wait for the write
// lock, and the size of the write-ahead log. Belongs to one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "edo/options.hpp"
#include "recorder/change.hpp"
#include "storage/database.hpp"
#include "storage/recorder_lock.hpp"
#include "storage/store_files.hpp"

namespace edo::recorder {

class Session {
 public:
  // Opens the store; creates or upgrades it. Throws Error.
  Session(const Options& options, storage::OpenOptions::OthersLog others);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { database_.open_file().let_go(); }

  [[nodiscard]] storage::Database& database() noexcept { return database_; }

  // The recorder entry that changes are stored under. A lock shows other processes that it is
  // alive.
  void set_recorder(std::int64_t id);
  [[nodiscard]] std::int64_t recorder() const noexcept { return recorder_; }

  // Runs one change in the open transaction, or in its own. Throws Error; then the change has had
  // no effect. If the id of a row exists already, the row gets another one, and the answer reports
  // that to the host.
  [[nodiscard]] std::optional<Error> run(const Change& change);

  // Whether the open files are still the ones at their paths.
  [[nodiscard]] storage::StoreFiles::State look();
  // Something failed, perhaps because another program changed the files; the next look() checks all
  // of them.
  void suspect() noexcept;
  // Leaves files that were moved: writes all rows into the store's own file, wherever it is now,
  // and removes from the path what the next store could mistake for its own. Returns what happened,
  // in words. After that the session may only be destroyed.
  [[nodiscard]] std::string leave(storage::StoreFiles::State state);
  // The destructor leaves the log as it is.
  void keep_log();

  // Whether the file may grow. If not, changes that need a larger file are refused as on a full
  // disk; others are stored.
  void allow_growth(bool allowed) noexcept;

  // Bytes of the write-ahead log after the last commit of this connection.
  [[nodiscard]] std::uint64_t wal_bytes() const noexcept { return wal_bytes_; }

  // Writes the rest of the log into the database file and restarts the log. Other connections wait
  // for that. False if a reader prevents it.
  bool restart_wal();
  // The same, and truncates the log file. Throws Error.
  void cut_wal();

 private:
  [[nodiscard]] bool execute(const Change& change);
  [[nodiscard]] bool is_id_taken(const Change& change);
  int restart();
  void limit_wal(std::int64_t bytes);
  SQLite::Statement& prepared(ChangeKind kind);
  [[nodiscard]] bool save_log();
  [[nodiscard]] bool has_unsaved_log();
  [[nodiscard]] std::string name_aside(const char* what) const;
  [[nodiscard]] std::string copy_store();
  static int on_commit(void* self, sqlite3* connection, const char* schema, int pages) noexcept;

  const std::uint64_t max_wal_bytes_;
  std::uint64_t wal_bytes_ = 0;
  std::int64_t recorder_ = 0;
  bool may_grow_ = true;
  std::optional<storage::RecorderLock> lock_;
  storage::Database database_;
  const std::uint64_t frame_bytes_;  // a page and its header in the log
  storage::StoreFiles files_;
  std::array<std::optional<SQLite::Statement>, kChangeKinds> statements_;
};

}  // namespace edo::recorder
