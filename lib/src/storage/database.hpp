// An open store file and its prepared statements. Errors of SQLite become edo::Error here, with
// the file's name and the remedy, so nothing above this layer knows a SQLite result code.
//
// A Database belongs to one thread at a time and to the process that opened it.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "edo/error.hpp"
#include "storage/busy.hpp"
#include "storage/log_files.hpp"
#include "storage/open_files.hpp"

namespace edo::storage {

enum class Access {
  read_only,   // the file must exist; any write is refused; read-only media will do
  read_write,  // the file must exist
  create,      // made with mode 0600 if it does not exist
};

struct OpenOptions {
  Access access = Access::read_only;
  std::chrono::milliseconds busy_timeout{1000};
  bool sync_every_commit = false;  // synchronous=FULL instead of NORMAL
  // What to do if other processes have a log open that cannot be shared with them: wait for them as
  // for a lock, fail at once as busy, or open the store without that log because the caller has
  // waited long enough.
  enum class OthersLog { wait, refuse, take_over };
  OthersLog others_log = OthersLog::wait;
  // If given, the file counts as untrusted; see storage/defence.hpp. It must outlive the
  // connection.
  const Interrupt* interrupt = nullptr;
};

class Database {
 public:
  // Opens `path`, which need not contain our tables yet, and changes nothing in it. Waits until
  // other processes leave a log that cannot be shared with them, at most as long as for a lock.
  // Throws Error: invalid_argument (a directory, no such file, open in another library of this
  // process), corrupt (not SQLite), io, busy.
  Database(const std::string& path, const OpenOptions& options);

  // Prepares a database that is known to be ours for writing: WAL mode, with the durability of the
  // options. Throws Error: busy, io, full.
  void prepare_for_writing(const OpenOptions& options);

  [[nodiscard]] BusyWait& busy() noexcept { return *busy_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] OpenFile& open_file() noexcept { return open_file_; }
  // The log files that were opened with it.
  [[nodiscard]] const LogFiles& log_files() const noexcept { return log_files_; }
  // The new name of a log that another store had left at the path of this one; empty if there was
  // none.
  [[nodiscard]] const std::string& log_aside() const noexcept { return log_aside_; }
  [[nodiscard]] SQLite::Database& handle() noexcept { return database_; }

  // Runs statements that take no parameters.
  void execute(const std::string& sql);

  // The first column of the first row as an integer; nothing if there is no row or it is null.
  [[nodiscard]] std::optional<std::int64_t> integer(const std::string& sql);
  [[nodiscard]] std::optional<std::string> text(const std::string& sql);

  // What SQLite says of the last failure, as an Error about `operation` on this file.
  [[nodiscard]] Error error(std::string_view operation);
  // The same for an exception caught from SQLiteCpp.
  [[nodiscard]] Error error(std::string_view operation, const SQLite::Exception& failure) const;

 private:
  void make_readable(const Interrupt* interrupt);
  void enter_wal_mode(std::chrono::milliseconds patience);
  void sync_file();

  std::string log_aside_;
  std::string path_;
  OpenFile open_file_;
  std::unique_ptr<BusyWait> busy_;  // where it stays when this is moved
  LogFiles log_files_;
  SQLite::Database database_;
};

// BEGIN IMMEDIATE … COMMIT; rolls back unless committed. A rollback that fails leaves nothing to
// do: SQLite has then already rolled back or will when the connection closes.
class WriteTransaction {
 public:
  explicit WriteTransaction(Database& database);
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  ~WriteTransaction();

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

// Lends a prepared statement and gives it back reset and with its bindings cleared.
class Use {
 public:
  explicit Use(SQLite::Statement& statement) noexcept : statement_(statement) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use();

  SQLite::Statement* operator->() noexcept { return &statement_; }
  SQLite::Statement& operator*() noexcept { return statement_; }

 private:
  SQLite::Statement& statement_;
};

}  // namespace edo::storage
