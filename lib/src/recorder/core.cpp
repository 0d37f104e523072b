#include "recorder/core.hpp"

#include <sqlite3.h>

#include "base/process.hpp"
#include "storage/store.hpp"

namespace edo::recorder {

namespace {

// The host's clock, which has no other for durations.
class HostClock final : public base::Clock {
 public:
  explicit HostClock(std::function<std::int64_t()> now) : now_(std::move(now)) {}
  [[nodiscard]] base::Micros now() const override { return now_(); }
  [[nodiscard]] base::Micros steady() const override { return now_(); }

 private:
  std::function<std::int64_t()> now_;
};

}  // namespace

Core::Core(const Options& options)
    : options_(options),
      own_clock_(options.clock ? std::make_unique<HostClock>(options.clock) : nullptr),
      clock_(own_clock_ ? own_clock_.get() : &base::Clock::system()) {
  if (!options_.enabled) return;
  storage::OpenOptions open;
  open.access = storage::Access::create;
  open.busy_timeout = options_.busy_timeout;
  open.sync_every_commit = options_.durability == Durability::power;
  database_.emplace(storage::open_store(options_.store, open, options_.host_label));
  register_writer();
}

Core::~Core() { close(); }

void Core::register_writer() {
  const base::ProcessIdentity process = base::current_process();
  try {
    SQLite::Statement insert(
        database_->handle(),
        "INSERT INTO writers (started_at, host, program, version, pid, process_start,"
        " pid_namespace, boot_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, base::format_timestamp(clock_->now()));
    insert.bind(2, process.host);
    insert.bind(3, process.program);
    insert.bind(4, EDO_VERSION);
    insert.bind(5, process.pid);
    insert.bind(6, process.start);
    insert.bind(7, process.pid_namespace);
    insert.bind(8, process.boot_id);
    insert.exec();
    writer_id_ = database_->handle().getLastInsertRowid();
  } catch (const SQLite::Exception& failure) {
    throw database_->error("register in", failure);
  }
}

void Core::record(const Change& change) noexcept {
  if (!options_.enabled) return;
  try {
    const std::lock_guard lock(mutex_);
    store(change);
    ++health_.recorded;
  } catch (const Error& failure) {
    {
      const std::lock_guard lock(mutex_);
      ++health_.dropped;
    }
    report(failure);
  }
}

void Core::store(const Change& change) {
  if (!database_) {
    throw Error(ErrorKind::closed, std::string(describe(change.statement())) + " in " +
                                       options_.store + ": the recorder is closed");
  }
  storage::Use statement(prepared(change.statement()));
  for (std::size_t i = 0; i < change.size(); ++i) {
    const Value& value = change[i];
    const int parameter = static_cast<int>(i) + 1;
    if (value.kind == Value::Kind::integer) statement->bind(parameter, value.integer);
    if (value.kind == Value::Kind::text) statement->bindNoCopy(parameter, value.text);
  }
  if (statement->tryExecuteStep() != SQLITE_DONE) {
    throw database_->error(describe(change.statement()));
  }
}

SQLite::Statement& Core::prepared(Statement statement) {
  auto& slot = statements_[static_cast<std::size_t>(statement)];
  if (!slot) {
    try {
      slot.emplace(database_->handle(), sql(statement));
    } catch (const SQLite::Exception& failure) {
      throw database_->error(describe(statement), failure);
    }
  }
  return *slot;
}

void Core::report(const Error& error) noexcept {
  if (!options_.on_error) return;
  try {
    options_.on_error(error);
  } catch (...) {
    // A host's own handler must not bring the host down through us.
  }
}

void Core::close() noexcept {
  const std::lock_guard lock(mutex_);
  if (!database_) return;
  try {
    SQLite::Statement update(database_->handle(),
                             "UPDATE writers SET ended_at = ?, outcome = 'closed' WHERE id = ?");
    update.bind(1, base::format_timestamp(clock_->now()));
    update.bind(2, writer_id_);
    update.exec();
  } catch (const SQLite::Exception& failure) {
    report(database_->error("close", failure));
  }
  for (auto& statement : statements_) statement.reset();
  database_.reset();
}

Health Core::health() const noexcept {
  const std::lock_guard lock(mutex_);
  return health_;
}

}  // namespace edo::recorder
