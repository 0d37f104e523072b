// One connection to the central database over libpq: parameters, results, COPY, and errors as
// edo::Error.
//
// A Connection belongs to one thread at a time. Once an error has reported that the connection is
// lost, is_open() is false and every call fails; make a new one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "edo/error.hpp"
#include "replicator/postgres/failure.hpp"
#include "replicator/postgres/target.hpp"

struct pg_conn;
struct pg_result;

namespace edo::postgres {

class Pipeline;

class Result {
 public:
  explicit Result(pg_result* result) noexcept : result_(result, &Result::free) {}

  [[nodiscard]] int rows() const noexcept;
  [[nodiscard]] bool is_null(int row, int column) const noexcept;
  // The value's bytes, as text or binary, as requested; valid as long as the Result.
  [[nodiscard]] std::string_view value(int row, int column) const noexcept;
  // An integer or boolean in text form.
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] bool boolean(int row, int column) const noexcept {
    return value(row, column) == "t";
  }
  [[nodiscard]] std::string text(int row, int column) const {
    return std::string(value(row, column));
  }

  // How many rows an INSERT, UPDATE or DELETE has changed.
  [[nodiscard]] std::size_t affected() const;

  [[nodiscard]] pg_result* get() const noexcept { return result_.get(); }

 private:
  static void free(pg_result* result) noexcept;
  std::unique_ptr<pg_result, void (*)(pg_result*)> result_;
};

// The values of $1, $2, … of one statement.
class Parameters {
 public:
  Parameters& text(std::string_view value);
  Parameters& integer(std::int64_t value) { return text(std::to_string(value)); }
  Parameters& null();
  // A value in the binary format of the type with this OID.
  Parameters& binary(std::uint32_t type, std::string bytes);
  // The same without a copy; `bytes` must outlive it.
  Parameters& refer(std::uint32_t type, std::string_view bytes);

 private:
  friend class Connection;
  struct Arrays;
  struct Value {
    std::uint32_t type = 0;  // 0: the server infers it
    bool is_binary = false;
    bool is_null = false;
    std::string bytes;
    std::string_view other = {};  // instead of `bytes`, if it is not empty
  };
  std::vector<Value> values_;
};

struct ConnectOptions {
  // A file descriptor that becomes readable on a stop request, or -1. It interrupts connecting at
  // once; a running statement gets `stop_grace` to finish.
  int stop_descriptor = -1;
  std::chrono::milliseconds stop_grace{5000};
  // Skips read-only hosts, such as standbys.
  bool writes = false;
  // Called once for each wait for the server that takes longer than `quiet`, with a line that says
  // so. The wait continues.
  std::function<void(const std::string&)> on_silence = {};
  std::chrono::milliseconds quiet{10'000};
  // The statement_timeout of limit_waiting().
  std::chrono::milliseconds statement_timeout = std::chrono::minutes(30);
};

// Rows for one COPY … FROM STDIN: `produce` is called with a buffer to append to until it returns
// false, and the buffer is sent each time. A value that is too large to copy goes to `send`, which
// sends the buffer first and leaves it empty.
struct CopyIn {
  using Send = std::function<void(std::string_view)>;
  std::string operation;  // for messages, as in Connection::run
  std::string sql;
  std::function<bool(std::string& buffer, const Send& send)> produce;
};

class Connection {
 public:
  // One host of a target, in libpq's words; an empty field was not given.
  struct Host {
    std::string name;
    std::string address;
    std::string port;
  };

  // Connects. Waits for each host of the target for at most its connect_timeout (default: 10 s).
  // Throws Error: unavailable, denied, invalid_argument (no such database).
  explicit Connection(const Target& target, const ConnectOptions& options = {});
  Connection(Connection&&) noexcept = default;
  Connection& operator=(Connection&&) noexcept = default;
  ~Connection() = default;

  // Every transaction from now on begins with this setting, as SET LOCAL would make it. Nothing is
  // ever set for the session: behind a connection pooler the next transaction may run in another
  // session, and this session serves other clients as well.
  void set_local(std::string_view name, std::string value);
  // The same if the server has the setting: databases that only resemble PostgreSQL lack some.
  void set_local_if_known(std::string_view name, std::string value);

  // Bounds every wait from now on. The server gives a statement the `statement_timeout` of the
  // options, a lock a minute, and a client that is silent within a transaction a minute, unless the
  // address, the user or the database sets statement_timeout, lock_timeout or
  // idle_in_transaction_session_timeout. On this side, a server that neither reads nor sends
  // anything for five minutes is unavailable, or a little after the statement_timeout if there is
  // one. Asks the server for its timeouts.
  void limit_waiting();
  // The same for single statements, with a statement_timeout of our own and without asking.
  void limit_waiting(std::chrono::milliseconds statement_timeout);

  [[nodiscard]] bool is_open() const noexcept;
  [[nodiscard]] const std::string& label() const noexcept { return label_; }
  // For example 150020.
  [[nodiscard]] int server_version() const noexcept;

  // Runs one statement. `operation` names its purpose in messages: "read the ledger of". Outside a
  // Transaction it is one of its own, with the settings, in one round trip.
  Result run(std::string_view operation, const std::string& sql, const Parameters& parameters = {},
             bool binary_result = false);
  // Whether the server's session serves this connection alone. Behind a connection pooler the next
  // transaction may run in another session. Asks the server.
  [[nodiscard]] bool has_own_session();
  // Keeps a statement in the session under a name that is new to it, so that the server parses it
  // once. Only in a session of its own, outside a Transaction.
  void prepare(std::string_view operation, const std::string& name, const std::string& sql);
  // The same as run(), with a statement that was prepared.
  Result run_prepared(std::string_view operation, const std::string& name,
                      const Parameters& parameters = {});
  // The names and types of the columns that the statement would return; nothing is executed. Within
  // a Transaction.
  Result describe(std::string_view operation, const std::string& sql);
  // Runs several statements that take no parameters, as one string. Outside a Transaction they go
  // without the settings.
  void script(std::string_view operation, const std::string& sql);

  // Begins a transaction with the settings, in one round trip.
  void begin();

  // Ends a transaction with this statement, together with the statements of the pipeline, and
  // returns the answers to these. Throws in_doubt if the connection was lost before all answers
  // came.
  std::vector<Result> commit(Pipeline& last, const std::string& sql = "COMMIT");
  // Runs ROLLBACK, or another statement for it, if possible. If it fails, the session has no
  // transaction any more.
  void roll_back(const std::string& sql = "ROLLBACK") noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;

  // Sends rows; returns when the server has accepted all of them. The statements are sent together,
  // so the server begins each one right after the one before. Outside a Transaction they go without
  // the settings.
  void copy_in(std::span<const CopyIn> copies);

  // Throws Error unavailable if the server is read-only and this connection is for writing.
  void require_writable();

  // "name" with the quotes an identifier needs.
  [[nodiscard]] std::string quoted_name(std::string_view name) const;

 private:
  friend class Pipeline;
  void enter_pipeline(std::string_view operation);
  // enqueue() queues a statement, and send() sends it at once; its answer is read later.
  void queue(std::string_view operation, const std::string& sql, const Parameters& parameters,
             bool binary_result);
  void send(std::string_view operation, const std::string& sql, const Parameters& parameters,
            bool binary_result = false);
  void queue_preparation(std::string_view operation, const std::string& name,
                         const std::string& sql);
  void queue_prepared(std::string_view operation, const std::string& name,
                      const Parameters& parameters);
  // The answers to these statements, which have all been sent.
  std::vector<Result> leave_pipeline(const std::vector<std::string>& operations);

  // Waits until the socket is ready for one of the poll(2) events; throws on a stop request, and
  // when it takes too long.
  short wait(short events, std::string_view operation,
             std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt);
  void connect(const Target& target);
  // Connects to the host, or to the target's own if it is null.
  void start_connecting(const Target& target, const Host* host);
  void finish_connecting();
  [[nodiscard]] bool has_settings() const noexcept { return limits_waits_ || !settings_.empty(); }
  [[nodiscard]] Parameters setting_values() const;
  // The statement that makes all settings.
  [[nodiscard]] const std::string& settings_sql();
  void queue_settings(std::string_view operation);
  // What leave_pipeline() takes for the settings and one statement.
  [[nodiscard]] std::vector<std::string> with_settings(std::string_view operation) const;
  void flush(std::string_view operation);
  // The last result of the statements that were sent; throws if one of them is an error.
  Result finish(std::string_view operation);
  Result next_result(std::string_view operation);
  [[nodiscard]] Failure lost(std::string_view operation) const;
  // Closes the connection if its session is unusable.
  [[nodiscard]] Failure refused(std::string_view operation, const pg_result* result);
  void feed(const CopyIn& copy);
  void send_copy(const CopyIn& copy, std::string_view bytes);
  void end_copy_with_error() noexcept;

  // What a server or a pooler sends before it closes an idle connection.
  struct LastWords {
    std::string sqlstate;
    std::string words;
  };
  std::unique_ptr<LastWords> last_words_;  // its address stays the same when the Connection moves
  std::unique_ptr<pg_conn, void (*)(pg_conn*)> connection_;
  std::string label_;
  ConnectOptions options_;
  std::optional<std::chrono::milliseconds> longest_silence_;
  std::optional<std::chrono::steady_clock::time_point> give_up_at_;
  bool abandoned_ = false;
  struct Setting {
    std::string name;
    std::string value;
    bool if_known;
  };
  void set(Setting setting);
  void forget_settings_sql() noexcept;
  std::vector<Setting> settings_;
  bool limits_waits_ = false;
  std::string settings_sql_;   // empty until it is needed
  std::string settings_name_;  // under which it is prepared; empty: it is not
  std::size_t settings_prepared_ = 0;
};

// BEGIN … COMMIT; rolls back unless committed. Within another Transaction it is a savepoint, which
// can be rolled back alone and lasts only if the outer one commits.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void commit();
  // The same together with the statements of the pipeline, whose answers it returns.
  std::vector<Result> commit(Pipeline& last);

 private:
  Connection& connection_;
  bool nested_;
  bool open_ = true;
};

}  // namespace edo::postgres
