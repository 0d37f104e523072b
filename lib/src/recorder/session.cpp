#include "recorder/session.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "storage/store.hpp"

namespace edo::recorder {
namespace {

using std::chrono::milliseconds;

// How long a call may wait for readers when the write-ahead log has reached its bound.
constexpr milliseconds kCheckpointPatience{50};
constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kFrameBytes = kPageBytes + 24;  // a page and its header in the WAL

storage::OpenOptions open_options(const Options& options) {
  storage::OpenOptions open;
  open.access = storage::Access::create;
  open.busy_timeout = std::max(options.busy_timeout, milliseconds(1000));
  open.sync_every_commit = options.durability == Durability::power;
  return open;
}

}  // namespace

Session::Session(const Options& options)
    : database_(storage::open_store(options.store, open_options(options), options.host_label)) {
  database_.busy().limit(options.busy_timeout);
  // Takes the place of SQLite's own checkpoints, which would stop a writer every 1000 pages.
  sqlite3_wal_hook(database_.handle().getHandle(), &Session::on_commit, this);
  // A log that a reader has made longer than that is cut back once the reader is gone.
  database_.execute("PRAGMA journal_size_limit = " + std::to_string(options.max_wal_bytes));
}

void Session::set_writer(std::int64_t id) {
  lock_.emplace(database_.path(), id);
  writer_ = id;
}

void Session::run(const Change& change) {
  try {
    execute(change);
  } catch (const SQLite::Exception& failure) {
    throw database_.error(describe(change.statement()), failure);
  }
}

void Session::execute(const Change& change) {
  storage::Use statement(prepared(change.statement()));
  for (std::size_t i = 0; i < change.size(); ++i) {
    const Value& value = change[i];
    const int parameter = static_cast<int>(i) + 1;
    if (value.kind == Value::Kind::integer) statement->bind(parameter, value.integer);
    if (value.kind == Value::Kind::writer) statement->bind(parameter, writer_);
    if (value.kind == Value::Kind::text) statement->bindNoCopy(parameter, value.text);
  }
  if (statement->tryExecuteStep() != SQLITE_DONE) {
    throw database_.error(describe(change.statement()));
  }
  if (database_.handle().getChanges() == 0) {
    throw Error(ErrorKind::invalid_argument,
                std::string(describe(change.statement())) + " in " + database_.path() +
                    ": its row is not in the store; was its start lost, or the store replaced?");
  }
}

SQLite::Statement& Session::prepared(Statement statement) {
  auto& slot = statements_[static_cast<std::size_t>(statement)];
  if (!slot) slot.emplace(database_.handle(), sql(statement));
  return *slot;
}

bool Session::has_moved() {
  int moved = 0;
  const int code =
      sqlite3_file_control(database_.handle().getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code == SQLITE_OK && moved != 0;
}

bool Session::restart_wal() {
  const storage::Patience patience(database_.busy(), kCheckpointPatience);
  const int code = sqlite3_wal_checkpoint_v2(database_.handle().getHandle(), "main",
                                             SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  return code == SQLITE_OK;
}

int Session::on_commit(void* self, sqlite3*, const char*, int pages) noexcept {
  static_cast<Session*>(self)->wal_bytes_ = static_cast<std::uint64_t>(pages) * kFrameBytes;
  return SQLITE_OK;
}

}  // namespace edo::recorder
