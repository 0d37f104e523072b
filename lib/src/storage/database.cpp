#include "storage/database.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>

#include "base/time.hpp"
#include "storage/foreign.hpp"
#include "storage/side_files.hpp"
#include "storage/wal_vfs.hpp"

namespace edo::storage {

using std::chrono::steady_clock;

namespace {

// Versions before 3.51.3 can lose committed pages when one process checkpoints while another
// writes (the WAL-reset bug), which is exactly how a store is used.
constexpr int kOldestSafeSqlite = 3051003;

constexpr std::chrono::milliseconds kStep{5};

Error classified(int code, const std::string& what, const std::string& path,
                 std::string_view operation) {
  const auto error = [&](ErrorKind kind, std::string_view reason) {
    return Error(kind, operation, path, reason);
  };
  // The index of the log has no room.
  if (code == SQLITE_IOERR_SHMSIZE) code = SQLITE_FULL;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return error(ErrorKind::busy,
                   "another process holds the lock; try again when it has finished");
    case SQLITE_INTERRUPT:
      return error(ErrorKind::io,
                   "interrupted, because it took too long or a stop was requested; "
                   "if it happens again, the store is damaged or was tampered with");
    case SQLITE_FULL:
      return error(ErrorKind::full, "no space left on the disk; free some and try again");
    case SQLITE_NOTADB:
      return error(ErrorKind::corrupt, "this file is not an SQLite database");
    case SQLITE_CORRUPT:
      return error(ErrorKind::corrupt,
                   "the file is damaged (" + what +
                       "); keep a copy of it and of its -wal file before any repair");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return error(ErrorKind::io, "the file or its directory is read-only");
    case SQLITE_CANTOPEN:
      return error(ErrorKind::io,
                   "cannot be opened; check that the directory exists and that "
                   "you may write to it");
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_AUTH:
    case SQLITE_ERROR:
      return error(ErrorKind::invalid_argument, what);
    default:
      return error(ErrorKind::io, what);
  }
}

// Makes sure that there is something to open, and that it is what the caller thinks it is. The
// file is made here and not by SQLite so that it never exists with a wider mode than 0600.
const std::string& prepared(const std::string& path, Access access, std::string& log_aside) {
  if (sqlite3_libversion_number() < kOldestSafeSqlite) {
    throw Error(ErrorKind::io, std::string("SQLite ") + sqlite3_libversion() +
                                   " is linked, but 3.51.3 or newer is needed: older ones can lose "
                                   "committed rows");
  }
  struct stat found {};
  bool exists = stat(path.c_str(), &found) == 0;
  const int why_not = errno;
  refuse_foreign(path, access != Access::read_only, access == Access::create);
  if (exists) {
    if (S_ISDIR(found.st_mode)) {
      throw Error(ErrorKind::invalid_argument, "open", path,
                  "this is a directory; name a file in it");
    }
    if (!S_ISREG(found.st_mode)) {
      throw Error(ErrorKind::invalid_argument, "open", path,
                  "this is not a regular file; name one that is");
    }
    if (::access(path.c_str(), R_OK) != 0) {
      throw Error(ErrorKind::io, "open", path,
                  std::string(std::strerror(errno)) +
                      "; only its owner can read a store, so run as that user");
    }
    if (found.st_size == 0 && access == Access::create) {
      log_aside = set_log_aside(path, FileId::at(side_file(path, "-wal")));
      // Who has the emptied file open would write that log into it.
      exists = log_aside.empty() || unlink(without_links(path).c_str()) != 0;
    }
    if (exists) return path;
  }
  if (log_aside.empty() && why_not != ENOENT) {
    throw Error(ErrorKind::io, "open", path, std::strerror(why_not));
  }
  if (access != Access::create) {
    throw Error(ErrorKind::invalid_argument, "open", path,
                "no such store; name one with --store, or create it with edo init");
  }
  if (log_aside.empty()) log_aside = set_log_aside(path, FileId::at(side_file(path, "-wal")));
  // Made without opening it: closing it again would release the locks that another thread may hold
  // on it by then. EEXIST means that somebody else was faster.
  if (mknod(without_links(path).c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) != 0 && errno != EEXIST) {
    throw Error(errno == ENOSPC ? ErrorKind::full : ErrorKind::io, "create", path,
                std::string(std::strerror(errno)) +
                    "; name a file in a directory that exists and that you may write to");
  }
  return path;
}

// A URI for a file that nobody can change (https://sqlite.org/uri.html), read without any lock.
std::string immutable_uri(const std::string& path) {
  std::string uri = path.starts_with('/') ? "file://" : "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

bool has_wal(const std::string& path) {
  struct stat found {};
  return stat(side_file(path, "-wal").c_str(), &found) == 0 && found.st_size > 0;
}

SQLite::Database opened(const std::string& name, const std::string& path, int flags,
                        const Interrupt* interrupt, BusyWait& busy) {
  prepare_sqlite();
  try {
    const bool writes = (flags & SQLite::OPEN_READWRITE) != 0;
    SQLite::Database database(name, flags, 0, writes ? wal_vfs() : "");
    busy.attend(database.getHandle());
    if (interrupt != nullptr) defend(database.getHandle(), *interrupt);
    return database;
  } catch (const SQLite::Exception& failure) {
    throw classified(failure.getErrorCode(), failure.what(), path, "open");
  }
}

Error log_of_others(const std::string& path, LogState state) {
  switch (state) {
    case LogState::lost:
      return {ErrorKind::busy, "open", path,
              "a file of its write-ahead log was removed while other "
              "processes have it open; end them and try again"};
    case LogState::others:
      return {ErrorKind::busy, "open", path,
              "the write-ahead log beside it belongs to a file that was moved away or "
              "replaced, and is still open; end the process that has it open"};
    default:
      return {ErrorKind::io, "open", path,
              "the write-ahead log beside it belongs to a file that was moved "
              "away or replaced; put " +
                  side_file(path, "-wal") +
                  " beside that file, named like it with -wal at the end"};
  }
}

bool is_another(const FileId& now, const FileId& before) {
  return before != FileId() && now != before;
}

struct Files {
  FileId store;
  LogFiles log;

  explicit Files(const std::string& path) : store(FileId::at(path)), log(LogFiles::of(path)) {}

  // Files may have been made since, but are not others than before.
  [[nodiscard]] bool follow(const Files& before) const {
    return !is_another(store, before.store) && !is_another(log.log, before.log.log) &&
           !is_another(log.index, before.log.index);
  }
};

// True if the log is free to be opened. What is done for that takes some time, so then it must be
// looked at again.
bool frees_log(const std::string& path, const OpenOptions& options, const OpenFile& file,
               steady_clock::time_point give_up_at, Files& before, std::string& aside) {
  const LogState state = state_of_log(path, file);
  if (state == LogState::free) return true;
  using OthersLog = OpenOptions::OthersLog;
  const bool may_be_left = state == LogState::lost || state == LogState::others;
  const bool takes_over =
      may_be_left ? options.others_log == OthersLog::take_over : options.access == Access::create;
  if (takes_over && state == LogState::lost) {
    replace_lost_log(path);
    before = Files(path);
    return true;
  }
  if (takes_over && steady_clock::now() < give_up_at) {
    aside = set_log_aside(path, before.log.log);
  } else if (may_be_left && options.others_log == OthersLog::wait &&
             steady_clock::now() < give_up_at) {
    std::this_thread::sleep_for(kStep);
  } else {
    throw log_of_others(path, state);
  }
  return false;
}

Error replaced(const std::string& path) {
  return {ErrorKind::busy, "open", path,
          "files of it were moved, removed or replaced meanwhile; try again"};
}

// SQLite opens the store, its log and their index by their paths, the latter two at the first read.
// If one of them is another file after that, nobody knows which it has opened.
SQLite::Database opened(const std::string& path, const OpenOptions& options, const OpenFile& file,
                        BusyWait& busy, LogFiles& log_files, std::string& log_aside) {
  const bool reads = options.access == Access::read_only;
  const auto give_up_at = steady_clock::now() + options.busy_timeout;
  for (;;) {
    Files before(path);
    // What is known of the open file would be about another one.
    if (before.store != file.id()) throw replaced(path);
    if (!frees_log(path, options, file, give_up_at, before, log_aside)) continue;
    bool is_over = false;  // asked once, so that one answer decides both below
    {
      SQLite::Database database =
          opened(path, path, reads ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE,
                 options.interrupt, busy);
      sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
      const int code = database.tryExec("SELECT count(*) FROM sqlite_schema") & 0xff;
      const Files now(path);
      log_files = now.log;
      is_over = steady_clock::now() >= give_up_at;
      const bool is_settled =
          code != SQLITE_BUSY && code != SQLITE_PROTOCOL && code != SQLITE_IOERR;
      if (now.follow(before) && (is_settled || is_over)) {
        if (code == SQLITE_OK) {
          sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
        }
        return database;
      }
    }
    forget_begun_log(path, before.log);
    if (is_over) throw replaced(path);
  }
}

}  // namespace

Database::Database(const std::string& path, const OpenOptions& options)
    : path_(prepared(path, options.access, log_aside_)),
      open_file_(path),
      busy_(std::make_unique<BusyWait>(options.busy_timeout, options.interrupt)),
      database_(opened(path, options, open_file_, *busy_, log_files_, log_aside_)) {
  sqlite3_extended_result_codes(database_.getHandle(), 1);
  if (options.access != Access::read_only) return;
  make_readable(options.interrupt);
  execute("PRAGMA query_only = ON");
}

// Even a reader of a database in WAL mode needs its -shm file. Where that can be neither found nor
// made, there is no writer either, and the file alone may be read, unless part of what was
// committed is still in the -wal file.
void Database::make_readable(const Interrupt* interrupt) {
  if (database_.tryExec("SELECT count(*) FROM sqlite_schema") == SQLITE_OK) return;
  const int code = database_.getErrorCode() & 0xff;
  if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) throw error("open");
  if (has_wal(path_)) {
    throw Error(ErrorKind::io, "open", path_,
                "part of it is in its -wal file, which cannot be read in a "
                "read-only directory; copy both files to one you may write to");
  }
  const int flags = SQLite::OPEN_READONLY | SQLite::OPEN_URI;
  database_ = opened(immutable_uri(path_), path_, flags, interrupt, *busy_);
  sqlite3_extended_result_codes(database_.getHandle(), 1);
}

void Database::prepare_for_writing(const OpenOptions& options) {
  enter_wal_mode(options.busy_timeout);
  execute(options.sync_every_commit ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

// Going to WAL needs the file for itself for a moment, and SQLite does not wait for that where it
// could be a deadlock: two processes that make the same store both see "busy". One must try again.
void Database::enter_wal_mode(std::chrono::milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  while (database_.tryExec("PRAGMA journal_mode = WAL") != SQLITE_OK) {
    const bool busy = (database_.getErrorCode() & 0xff) == SQLITE_BUSY;
    if (!busy || steady_clock::now() >= deadline) throw error("open");
    std::this_thread::sleep_for(kStep);
  }
  if (log_files_ != LogFiles()) return;
  // SQLite deletes the log of a store that is empty, as this one may be after a power cut
  // otherwise.
  sync_file();
  (void)integer("SELECT count(*) FROM sqlite_schema");
  log_files_ = LogFiles::of(path_);
}

void Database::sync_file() {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database_.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  const int code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK) throw classified(code, sqlite3_errstr(code), path_, "write to");
}

void Database::execute(const std::string& sql) {
  if (database_.tryExec(sql) != SQLITE_OK) throw error("write to");
}

std::optional<std::int64_t> Database::integer(const std::string& sql) {
  try {
    SQLite::Statement query(database_, sql);
    if (!query.executeStep() || query.isColumnNull(0)) return std::nullopt;
    return query.getColumn(0).getInt64();
  } catch (const SQLite::Exception& failure) {
    throw error("read", failure);
  }
}

std::optional<std::string> Database::text(const std::string& sql) {
  try {
    SQLite::Statement query(database_, sql);
    if (!query.executeStep() || query.isColumnNull(0)) return std::nullopt;
    return query.getColumn(0).getString();
  } catch (const SQLite::Exception& failure) {
    throw error("read", failure);
  }
}

Error Database::error(std::string_view operation) {
  return classified(database_.getExtendedErrorCode(), database_.getErrorMsg(), path_, operation);
}

Error Database::error(std::string_view operation, const SQLite::Exception& failure) const {
  return classified(failure.getExtendedErrorCode(), failure.what(), path_, operation);
}

WriteTransaction::WriteTransaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
  if (open_) (void)database_.handle().tryExec("ROLLBACK");
}

void WriteTransaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

Use::~Use() {
  (void)statement_.tryReset();
  try {
    statement_.clearBindings();
  } catch (const SQLite::Exception&) {
    // sqlite3_clear_bindings has no failure; SQLiteCpp checks its constant answer all the same.
  }
}

}  // namespace edo::storage
