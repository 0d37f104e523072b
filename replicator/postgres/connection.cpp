#include "replicator/postgres/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "replicator/postgres/pipeline.hpp"

namespace edo::postgres {
namespace {

using std::chrono::steady_clock;
using Host = Connection::Host;

// TCP keepalive detects a vanished server after about a minute.
constexpr const char* kKeywords[] = {"connect_timeout",
                                     "keepalives_idle",
                                     "keepalives_interval",
                                     "keepalives_count",
                                     "tcp_user_timeout",
                                     "application_name",
                                     "dbname",
                                     "client_encoding",
                                     "host",
                                     "hostaddr",
                                     "port",
                                     nullptr};
constexpr std::chrono::seconds kConnectTimeout{10};

// Existing settings stay. The timeouts bound the wait for a statement and for a lock, and take the
// locks from a client that is suspended within a transaction. Within COPY the server waits for its
// client in any case; then lock_timeout protects the others.
constexpr std::pair<const char*, const char*> kLimits[] = {
    {"lock_timeout", "1min"}, {"idle_in_transaction_session_timeout", "1min"}};
// As an interval, since SHOW picks the unit: 30min, 1s, 250ms.
constexpr const char* kStatementTimeout =
    "SELECT (extract(epoch FROM current_setting('statement_timeout')::interval) * 1000)::bigint";
constexpr std::chrono::minutes kLongestSilence{5};
// Time for the server's own timeout error to arrive first, so that it is the one reported.
constexpr std::chrono::seconds kSilenceGrace{5};

// The server's function that checks a row against row-level security.
constexpr std::string_view kChecksPolicies = "ExecWithCheckOptions";

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

// The parameters of a connection from all sources: its string, a service file, the environment.
std::string setting(PGconn* connection, std::string_view keyword) {
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfo(connection),
                                                                             &PQconninfoFree);
  for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr;
       ++option) {
    if (keyword == option->keyword && option->val != nullptr) return option->val;
  }
  return {};
}

std::chrono::seconds connect_timeout(PGconn* connection) {
  const std::string given = setting(connection, "connect_timeout");
  if (given.empty()) return kConnectTimeout;
  const int seconds = std::atoi(given.c_str());
  // For libpq, zero and less mean no timeout; a day does the same, and keeps the wait bounded.
  return seconds > 0 ? std::chrono::seconds(seconds) : std::chrono::hours(24);
}

std::vector<Host> hosts_of(PGconn* connection) {
  const auto names = split_list(setting(connection, "host"));
  const auto addresses = split_list(setting(connection, "hostaddr"));
  const auto ports = split_list(setting(connection, "port"));
  const auto at = [](const std::vector<std::string>& list, std::size_t i) {
    return i < list.size() ? list[i] : std::string();
  };
  std::vector<Host> hosts(std::max(names.size(), addresses.size()));
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    // A single port counts for all hosts.
    hosts[i] = {at(names, i), at(addresses, i), at(ports, ports.size() == 1 ? 0 : i)};
  }
  return hosts;
}

}  // namespace

Parameters& Parameters::text(std::string_view value) {
  values_.push_back({0, false, false, std::string(value)});
  return *this;
}

Parameters& Parameters::null() {
  values_.push_back({0, false, true, {}});
  return *this;
}

Parameters& Parameters::binary(std::uint32_t type, std::string bytes) {
  values_.push_back({type, true, false, std::move(bytes)});
  return *this;
}

Parameters& Parameters::refer(std::uint32_t type, std::string_view bytes) {
  values_.push_back({type, true, false, {}, bytes});
  return *this;
}

Connection::Connection(const Target& target, const ConnectOptions& options)
    : last_words_(std::make_unique<LastWords>()),
      connection_(nullptr, &PQfinish),
      label_(target.label()),
      options_(options) {
  connect(target);
}

// libpq supports lists of hosts, but with asynchronous connecting the caller does the waiting, and
// cannot make libpq try the next host. So each host is tried separately.
void Connection::connect(const Target& target) {
  start_connecting(target, nullptr);
  const auto hosts = hosts_of(connection_.get());
  if (hosts.size() < 2) {
    finish_connecting();
    return require_writable();
  }
  for (const auto& host : hosts) {
    try {
      abandoned_ = false;
      start_connecting(target, &host);
      finish_connecting();
      return require_writable();
    } catch (const Error& error) {
      const bool next = error.kind() == ErrorKind::unavailable && !give_up_at_;
      if (!next || &host == &hosts.back()) throw;
    }
  }
}

void Connection::start_connecting(const Target& target, const Host* host) {
  // The connection string comes later in the list, so it has precedence.
  const char* timeout = std::getenv("PGCONNECT_TIMEOUT");
  const char* name = std::getenv("PGAPPNAME");
  const char* values[] = {timeout == nullptr ? "10" : timeout,
                          "30",
                          "10",
                          "3",
                          "60000",
                          name == nullptr ? "edo-replicator" : name,
                          target.conninfo().c_str(),
                          "UTF8",
                          host == nullptr ? nullptr : host->name.c_str(),
                          host == nullptr ? nullptr : host->address.c_str(),
                          host == nullptr ? nullptr : host->port.c_str(),
                          nullptr};
  static_assert(std::size(kKeywords) == std::size(values));
  *last_words_ = {};
  connection_.reset(PQconnectStartParams(kKeywords, values, 1));
  if (connection_ == nullptr) throw std::bad_alloc();
  // The message is the only source of the SQLSTATE of a refused connection.
  PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
}

void Connection::finish_connecting() {
  constexpr std::string_view kOperation = "connect to";
  const auto deadline = steady_clock::now() + connect_timeout(connection_.get());
  auto polling =
      PQstatus(connection_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (polling != PGRES_POLLING_OK) {
    if (polling == PGRES_POLLING_FAILED) throw lost(kOperation);
    wait(polling == PGRES_POLLING_READING ? POLLIN : POLLOUT, kOperation, deadline);
    polling = PQconnectPoll(connection_.get());
  }
  PQsetErrorVerbosity(connection_.get(), PQERRORS_DEFAULT);
  PQsetNoticeReceiver(
      connection_.get(),
      [](void* last_words, const PGresult* notice) {
        // Poolers send only the localized severity field.
        const std::string severity = field(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
        if ((severity.empty() ? field(notice, PG_DIAG_SEVERITY) : severity) != "FATAL") return;
        *static_cast<LastWords*>(last_words) = {field(notice, PG_DIAG_SQLSTATE),
                                                one_line(field(notice, PG_DIAG_MESSAGE_PRIMARY))};
      },
      last_words_.get());
  if (PQsetnonblocking(connection_.get(), 1) != 0) throw lost(kOperation);
}

// This asks the server, because the report from the start of the session may come from a pooler,
// and the server may have become a standby since.
void Connection::require_writable() {
  if (!options_.writes) return;
  longest_silence_ = connect_timeout(connection_.get());
  const Result shown = run("connect to", "SHOW transaction_read_only");
  longest_silence_.reset();
  if (shown.value(0, 0) != "on") return;
  abandoned_ = true;
  throw Failure(
      ErrorKind::unavailable, "connect to", label_,
      "the server is read-only" + std::string(remedy(ErrorKind::unavailable, kReadOnly, {})),
      std::string(kReadOnly));
}

void Connection::set_local(std::string_view name, std::string value) {
  set({std::string(name), std::move(value), false});
}

void Connection::set_local_if_known(std::string_view name, std::string value) {
  set({std::string(name), std::move(value), true});
}

void Connection::set(Setting setting) {
  const auto known = std::ranges::find(settings_, setting.name, &Setting::name);
  if (known != settings_.end() && known->if_known == setting.if_known) {
    known->value = std::move(setting.value);
    return;
  }
  if (known != settings_.end()) settings_.erase(known);
  settings_.push_back(std::move(setting));
  forget_settings_sql();
}

void Connection::forget_settings_sql() noexcept {
  settings_sql_.clear();
  settings_name_.clear();
}

void Connection::limit_waiting() {
  // The timeout of connecting, until the server's is known.
  longest_silence_ = connect_timeout(connection_.get());
  const std::chrono::milliseconds timeout{run("prepare", kStatementTimeout).integer(0, 0)};
  longest_silence_ = timeout.count() == 0 ? kLongestSilence : timeout + kSilenceGrace;
  limits_waits_ = true;
  forget_settings_sql();
}

void Connection::limit_waiting(std::chrono::milliseconds statement_timeout) {
  set_local("statement_timeout", std::to_string(statement_timeout.count()));
  longest_silence_ = statement_timeout + kSilenceGrace;
}

Parameters Connection::setting_values() const {
  Parameters values;
  for (const auto& setting : settings_) values.text(setting.value);
  return values;
}

const std::string& Connection::settings_sql() {
  if (!settings_sql_.empty()) return settings_sql_;
  const auto add = [this](const std::string& name, const std::string& value,
                          const std::string& condition) {
    settings_sql_ += settings_sql_.empty() ? "SELECT " : ", ";
    const std::string sets = "set_config('" + name + "', " + value + ", true)";
    settings_sql_ += condition.empty() ? sets
                                       : "CASE WHEN current_setting('" + name + "'" + condition +
                                             " THEN " + sets + " END";
  };
  for (std::size_t i = 0; i < settings_.size(); ++i) {
    add(settings_[i].name, "$" + std::to_string(i + 1),
        settings_[i].if_known ? ", true) IS NOT NULL" : "");
  }
  const auto limit = [&add](const std::string& name, const std::string& value) {
    add(name, "'" + value + "'", ") = '0'");
  };
  if (limits_waits_) {
    limit("statement_timeout", std::to_string(options_.statement_timeout.count()));
    for (const auto& [name, value] : kLimits) limit(name, value);
  }
  return settings_sql_;
}

void Connection::queue_settings(std::string_view operation) {
  queue(operation, settings_sql(), setting_values(), false);
}

bool Connection::is_open() const noexcept {
  return !abandoned_ && connection_ != nullptr && PQstatus(connection_.get()) == CONNECTION_OK;
}

int Connection::server_version() const noexcept { return PQserverVersion(connection_.get()); }

short Connection::wait(short events, std::string_view operation,
                       std::optional<steady_clock::time_point> deadline) {
  const bool connecting = deadline.has_value();
  const auto began = steady_clock::now();
  if (!deadline && longest_silence_) deadline = began + *longest_silence_;
  const auto tell_at = began + options_.quiet;
  bool told = !options_.on_silence;
  for (;;) {
    auto until = deadline;
    if (give_up_at_ && (!until || *give_up_at_ < *until)) until = give_up_at_;
    const bool tells = !told && (!until || tell_at < *until);
    if (tells) until = tell_at;
    int timeout = -1;
    if (until) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - steady_clock::now());
      timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1 << 30));
    }
    pollfd watched[] = {{PQsocket(connection_.get()), events, 0},
                        {give_up_at_ ? -1 : options_.stop_descriptor, POLLIN, 0}};
    const int ready = poll(watched, 2, timeout);
    if (ready < 0 && errno != EINTR) {
      abandoned_ = true;
      throw Error(ErrorKind::io, operation, label_, strerror(errno));
    }
    if (ready > 0 && watched[0].revents != 0) return watched[0].revents;
    if (ready > 0 && watched[1].revents != 0) {
      give_up_at_ = steady_clock::now();
      if (!connecting) *give_up_at_ += options_.stop_grace;
    }
    if (ready == 0 && tells) {
      if (steady_clock::now() < tell_at) continue;
      told = true;
      options_.on_silence(std::string(operation) + " " + label_ + ": no answer for " +
                          std::to_string(options_.quiet.count() / 1000) + " s, still waiting");
    } else if (ready == 0) {
      abandoned_ = true;
      throw Error(ErrorKind::unavailable, operation, label_,
                  give_up_at_ ? "stopped on request before it was done"
                              : "no answer in time" + std::string(remedy(ErrorKind::unavailable)));
    }
  }
}

Failure Connection::lost(std::string_view operation) const {
  const std::string message = PQerrorMessage(connection_.get());
  const bool told = !last_words_->words.empty();
  const std::string sqlstate = told ? last_words_->sqlstate : sqlstate_in(message);
  const ErrorKind kind = kind_of(sqlstate);
  std::string words = told ? last_words_->words : one_line(message);
  if (words.empty()) words = "the connection was lost";
  return {kind, operation, label_, words + std::string(remedy(kind, sqlstate, words)), sqlstate};
}

Failure Connection::refused(std::string_view operation, const pg_result* result) {
  std::string sqlstate = field(result, PG_DIAG_SQLSTATE);
  // libpq itself makes results without an SQLSTATE when the connection breaks.
  if (sqlstate.empty()) return lost(operation);
  if (recourse_of(sqlstate) == Recourse::another_server) abandoned_ = true;
  // The name of a server function is not localized, unlike the message.
  const bool by_policy =
      sqlstate == kNoPermission && field(result, PG_DIAG_SOURCE_FUNCTION) == kChecksPolicies;
  const ErrorKind kind = by_policy ? ErrorKind::refused : kind_of(sqlstate);
  const std::string words = one_line(field(result, PG_DIAG_MESSAGE_PRIMARY));
  return {kind,
          operation,
          label_,
          words + std::string(remedy(kind, sqlstate, words)),
          std::move(sqlstate),
          field(result, PG_DIAG_CONTEXT),
          field(result, PG_DIAG_MESSAGE_DETAIL),
          words};
}

void Connection::flush(std::string_view operation) {
  for (int left = PQflush(connection_.get()); left != 0; left = PQflush(connection_.get())) {
    if (left < 0) throw lost(operation);
    // The server may have to send something before it reads on.
    if ((wait(POLLIN | POLLOUT, operation) & POLLIN) != 0 &&
        PQconsumeInput(connection_.get()) == 0) {
      throw lost(operation);
    }
  }
}

Result Connection::next_result(std::string_view operation) {
  while (PQisBusy(connection_.get()) != 0) {
    wait(POLLIN, operation);
    if (PQconsumeInput(connection_.get()) == 0) throw lost(operation);
  }
  return Result(PQgetResult(connection_.get()));
}

Result Connection::finish(std::string_view operation) {
  if (PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF) {
    // Without it the server would wait for the end of the pipeline, and we for the server.
    throw std::logic_error(std::string(operation) + " " + label_ + ": within a pipeline");
  }
  flush(operation);
  Result last(nullptr);
  std::optional<Failure> failure;
  for (;;) {
    Result result = next_result(operation);
    if (result.get() == nullptr) break;
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) return result;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !failure) {
      failure = refused(operation, result.get());
      if (!is_open()) throw *failure;  // there is nothing more to read
    }
    last = std::move(result);
  }
  if (failure) throw *failure;
  if (last.get() == nullptr) throw lost(operation);
  return last;
}

// The values of a statement as libpq takes them; refers to the Parameters.
struct Parameters::Arrays {
  explicit Arrays(const Parameters& parameters) {
    for (const auto& value : parameters.values_) {
      types.push_back(value.type);
      const std::string_view bytes = value.other.empty() ? value.bytes : value.other;
      values.push_back(value.is_null ? nullptr : bytes.data());
      lengths.push_back(static_cast<int>(bytes.size()));
      formats.push_back(value.is_binary ? 1 : 0);
    }
  }
  [[nodiscard]] int count() const noexcept { return static_cast<int>(values.size()); }

  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

void Connection::queue(std::string_view operation, const std::string& sql,
                       const Parameters& parameters, bool binary_result) {
  const Parameters::Arrays arrays(parameters);
  if (!is_open() ||
      PQsendQueryParams(connection_.get(), sql.c_str(), arrays.count(), arrays.types.data(),
                        arrays.values.data(), arrays.lengths.data(), arrays.formats.data(),
                        binary_result ? 1 : 0) == 0) {
    throw lost(operation);
  }
}

void Connection::send(std::string_view operation, const std::string& sql,
                      const Parameters& parameters, bool binary_result) {
  queue(operation, sql, parameters, binary_result);
  flush(operation);
}

Result Connection::run(std::string_view operation, const std::string& sql,
                       const Parameters& parameters, bool binary_result) {
  if (!has_settings() || PQtransactionStatus(connection_.get()) != PQTRANS_IDLE) {
    send(operation, sql, parameters, binary_result);
    return finish(operation);
  }
  // All statements before the end of a pipeline are one transaction.
  enter_pipeline(operation);
  queue_settings(operation);
  queue(operation, sql, parameters, binary_result);
  return std::move(leave_pipeline(with_settings(operation)).back());
}

// A pooler gives its clients process numbers of its own.
bool Connection::has_own_session() {
  return run("prepare", "SELECT pg_backend_pid()").integer(0, 0) == PQbackendPID(connection_.get());
}

void Connection::queue_preparation(std::string_view operation, const std::string& name,
                                   const std::string& sql) {
  if (!is_open() || PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr) == 0) {
    throw lost(operation);
  }
}

void Connection::queue_prepared(std::string_view operation, const std::string& name,
                                const Parameters& parameters) {
  const Parameters::Arrays arrays(parameters);
  if (!is_open() ||
      PQsendQueryPrepared(connection_.get(), name.c_str(), arrays.count(), arrays.values.data(),
                          arrays.lengths.data(), arrays.formats.data(), 0) == 0) {
    throw lost(operation);
  }
}

void Connection::prepare(std::string_view operation, const std::string& name,
                         const std::string& sql) {
  if (has_settings() && settings_name_.empty()) {
    std::string settings = "settings_" + std::to_string(++settings_prepared_);
    queue_preparation(operation, settings, settings_sql());
    (void)finish(operation);
    settings_name_ = std::move(settings);
  }
  // With the settings, which may decide what a statement means.
  enter_pipeline(operation);
  if (has_settings()) queue_prepared(operation, settings_name_, setting_values());
  queue_preparation(operation, name, sql);
  (void)leave_pipeline(with_settings(operation));
}

Result Connection::run_prepared(std::string_view operation, const std::string& name,
                                const Parameters& parameters) {
  enter_pipeline(operation);
  if (has_settings()) queue_prepared(operation, settings_name_, setting_values());
  queue_prepared(operation, name, parameters);
  return std::move(leave_pipeline(with_settings(operation)).back());
}

std::vector<std::string> Connection::with_settings(std::string_view operation) const {
  return std::vector<std::string>(has_settings() ? 2 : 1, std::string(operation));
}

Result Connection::describe(std::string_view operation, const std::string& sql) {
  if (!is_open() || PQsendPrepare(connection_.get(), "", sql.c_str(), 0, nullptr) == 0) {
    throw lost(operation);
  }
  (void)finish(operation);
  if (PQsendDescribePrepared(connection_.get(), "") == 0) throw lost(operation);
  return finish(operation);
}

void Connection::begin() {
  constexpr const char* kOperation = "begin at";
  constexpr const char* kBegin = "BEGIN ISOLATION LEVEL READ COMMITTED";
  if (!has_settings()) {
    (void)run(kOperation, kBegin);
    return;
  }
  enter_pipeline(kOperation);
  queue(kOperation, kBegin, {}, false);
  queue_settings(kOperation);
  try {
    (void)leave_pipeline({kOperation, kOperation});
  } catch (const Error&) {
    roll_back();
    throw;
  }
}

void Connection::enter_pipeline(std::string_view operation) {
  if (!is_open() || PQenterPipelineMode(connection_.get()) == 0) throw lost(operation);
}

std::vector<Result> Connection::leave_pipeline(const std::vector<std::string>& operations) {
  if (!is_open() || PQpipelineSync(connection_.get()) == 0) throw lost(operations.back());
  flush(operations.back());
  std::vector<Result> results;
  std::optional<Failure> failure;
  for (const auto& operation : operations) {
    for (Result part = next_result(operation); part.get() != nullptr;
         part = next_result(operation)) {
      const auto status = PQresultStatus(part.get());
      if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !failure) {
        failure = refused(operation, part.get());
        if (!is_open()) throw *failure;  // there is nothing more to read
      }
      results.push_back(std::move(part));
    }
    if (PQstatus(connection_.get()) != CONNECTION_OK) throw failure ? *failure : lost(operation);
  }
  (void)next_result(operations.back());  // the end of the results
  if (PQexitPipelineMode(connection_.get()) == 0) {
    throw failure ? *failure : lost(operations.back());
  }
  if (failure) throw *failure;
  return results;
}

void Connection::script(std::string_view operation, const std::string& sql) {
  if (!is_open() || PQsendQuery(connection_.get(), sql.c_str()) == 0) throw lost(operation);
  (void)finish(operation);
}

std::vector<Result> Connection::commit(Pipeline& last, const std::string& sql) {
  const std::string operation = "commit at";
  try {
    last.run(operation, sql);
    auto results = last.finish();
    // COMMIT also ends a transaction that had failed, but rolls it back.
    if (!sql.starts_with(PQcmdStatus(results.back().get()))) {
      throw Failure(ErrorKind::io, "commit at", label_,
                    "the central database rolled it back; run again", {});
    }
    results.pop_back();
    return results;
  } catch (const Error& error) {
    // A read-only server has committed nothing, although its session is closed.
    const auto* failure = dynamic_cast<const Failure*>(&error);
    if (is_open() || (failure != nullptr && failure->sqlstate() == kReadOnly)) throw;
    throw Error(ErrorKind::in_doubt, "commit at", label_,
                "the connection was lost before the answer came" +
                    std::string(remedy(ErrorKind::in_doubt)));
  }
}

bool Connection::in_transaction() const noexcept {
  return PQtransactionStatus(connection_.get()) == PQTRANS_INTRANS;
}

void Connection::roll_back(const std::string& sql) noexcept {
  try {
    if (is_open()) script("roll back at", sql);
  } catch (const std::exception&) {
    // If even ROLLBACK fails, the connection is unusable, and the server rolls back when it closes.
    abandoned_ = true;
  }
}

void Connection::end_copy_with_error() noexcept {
  // The first failure is the one to report.
  try {
    if (!is_open()) return;
    if (PQputCopyEnd(connection_.get(), "abandoned by the client") < 0) return;
    (void)finish("end");
  } catch (const std::exception&) {
    return;
  }
}

void Connection::copy_in(std::span<const CopyIn> copies) {
  if (copies.empty()) return;
  const CopyIn* latest = &copies.front();
  std::string script;
  for (const auto& copy : copies) script += copy.sql + ";";
  if (!is_open() || PQsendQuery(connection_.get(), script.c_str()) == 0) {
    throw lost(latest->operation);
  }
  for (const auto& copy : copies) {
    // The server's first answer is for the previous statement.
    const Result started = finish(latest->operation);
    latest = &copy;
    if (PQresultStatus(started.get()) != PGRES_COPY_IN) {
      throw Error(ErrorKind::io, copy.operation, label_, "the central database did not start COPY");
    }
    feed(copy);
  }
  (void)finish(latest->operation);
}

// In pieces, since libpq keeps the memory of the largest one.
void Connection::send_copy(const CopyIn& copy, std::string_view bytes) {
  constexpr std::size_t kPiece = std::size_t{512} << 10;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPiece, bytes.size()))) {
    const auto piece = bytes.substr(0, kPiece);
    const int taken =
        PQputCopyData(connection_.get(), piece.data(), static_cast<int>(piece.size()));
    if (taken < 0) throw lost(copy.operation);
    if (taken == 0) throw std::bad_alloc();  // no memory for the send buffer
    flush(copy.operation);
  }
}

void Connection::feed(const CopyIn& copy) {
  std::string buffer;
  const auto send_buffer = [&] {
    send_copy(copy, buffer);
    buffer.clear();
  };
  const CopyIn::Send send = [&](std::string_view bytes) {
    send_buffer();
    send_copy(copy, bytes);
  };
  try {
    while (copy.produce(buffer, send)) send_buffer();
    send_buffer();
  } catch (...) {
    end_copy_with_error();
    throw;
  }
  int ended = PQputCopyEnd(connection_.get(), nullptr);
  while (ended == 0) {
    wait(POLLOUT, copy.operation);
    ended = PQputCopyEnd(connection_.get(), nullptr);
  }
  if (ended < 0) throw lost(copy.operation);
}

std::string Connection::quoted_name(std::string_view name) const {
  const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
      PQescapeIdentifier(connection_.get(), name.data(), name.size()), &PQfreemem);
  if (quoted == nullptr) {
    throw Error(ErrorKind::invalid_argument, "quote", name, "it is not a valid name");
  }
  return quoted.get();
}

}  // namespace edo::postgres
