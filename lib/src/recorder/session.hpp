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
#include "storage/place.hpp"
#include "storage/writer_lock.hpp"

namespace edo::recorder {

class Session {
 public:
  // Opens the store, making or upgrading it. Throws Error.
  Session(const Options& options, storage::OpenOptions::OthersLog others);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { database_.open_file().let_go(); }

  [[nodiscard]] storage::Database& database() noexcept { return database_; }

  // The id that changes are stored under as their writer's, which is seen to live from now on.
  void set_writer(std::int64_t id);
  [[nodiscard]] std::int64_t writer() const noexcept { return writer_; }

  // Runs one change in the transaction that is open, or in one of its own. Throws Error; then the
  // change has had no effect. A row whose id is taken gets another one, which the host must be
  // told.
  [[nodiscard]] std::optional<Error> run(const Change& change);

  // Whether the files that are open are still the ones at their paths.
  [[nodiscard]] storage::Place::State look();
  // Something went wrong, which may come from what somebody has done to them.
  void suspect() noexcept;
  // Leaves files that are not: everything that was recorded goes into the store's own file,
  // wherever that is by now, and nothing stays at the path that the next one could take for its
  // own. Returns what happened, in words. Only the end of the session may follow.
  [[nodiscard]] std::string leave(storage::Place::State state);
  // The end of the session shall leave the log as it is.
  void keep_log();

  // Whether the file may become larger. Where it may not, changes that need it to are refused as
  // on a full disk, and those that find room in it are not.
  void allow_growth(bool allowed) noexcept;

  // Bytes of the write-ahead log after the last commit of this connection.
  [[nodiscard]] std::uint64_t wal_bytes() const noexcept { return wal_bytes_; }

  // Writes what is left of the log into the database file, and begins the log anew. Other writers
  // wait meanwhile. False if a reader is in the way.
  bool restart_wal();
  // The same, and gives what the log does not need back to the disk. Throws Error.
  void cut_wal();

 private:
  [[nodiscard]] bool execute(const Change& change);
  [[nodiscard]] bool is_id_taken(const Change& change);
  int restart();
  void limit_wal(std::int64_t bytes);
  SQLite::Statement& prepared(Statement statement);
  [[nodiscard]] bool save_log();
  [[nodiscard]] bool has_unsaved_log();
  [[nodiscard]] std::string name_aside(const char* what) const;
  [[nodiscard]] std::string copy_store();
  static int on_commit(void* self, sqlite3* connection, const char* schema, int pages) noexcept;

  const std::uint64_t max_wal_bytes_;
  std::uint64_t wal_bytes_ = 0;
  std::int64_t writer_ = 0;
  bool may_grow_ = true;
  std::optional<storage::WriterLock> lock_;
  storage::Database database_;
  const std::uint64_t frame_bytes_;  // a page and its header in the log
  storage::Place place_;
  std::array<std::optional<SQLite::Statement>, kStatementCount> statements_;
};

}  // namespace edo::recorder
