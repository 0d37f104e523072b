#include <utility>

#include "replicator/postgres/connection.hpp"
#include "tools/server/backend/backend.hpp"
#include "tools/server/backend/pool.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/sql/postgres_dialect.hpp"

namespace edo::backend {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLargeAnswer = 4 << 20;

// Settings that make values the same text for every user and database. JIT compilation is off,
// since it takes longer than our queries.
constexpr std::pair<const char*, const char*> kSettings[] = {{"TimeZone", "UTC"},
                                                             {"DateStyle", "ISO, YMD"},
                                                             {"IntervalStyle", "postgres"},
                                                             {"bytea_output", "hex"},
                                                             {"standard_conforming_strings", "on"},
                                                             {"transaction_read_only", "on"},
                                                             {"jit", "off"}};

// The dialect only makes whole numbers, texts and nulls.
postgres::Parameters bound(const std::vector<sql::Parameter>& parameters) {
  postgres::Parameters values;
  for (const auto& parameter : parameters) {
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
      values.integer(*number);
    } else if (const auto* text = std::get_if<std::string>(&parameter)) {
      // The server would treat it as the end of the value.
      if (text->find('\0') != std::string::npos) {
        throw language::RequestError("data-exception", "$",
                                     "invalid byte sequence for encoding \"UTF8\": 0x00");
      }
      values.text(*text);
    } else {
      (void)std::get<std::nullptr_t>(parameter);
      values.null();
    }
  }
  return values;
}

language::RequestError explained(const postgres::Failure& failure) {
  const std::string& state = failure.sqlstate();
  if (state.starts_with("22")) return {"data-exception", "$", failure.words()};
  if (state == "57014") return {"unexpected", "$", "the query took too long"};
  // A tracked function that writes; it is not the standby that it is for other programs.
  if (state == "25006") return {"postgres-error", "$", failure.words()};
  if (state.empty() || failure.kind() == ErrorKind::unavailable) {
    return {"unexpected", "$", "the database is not available"};
  }
  return {"postgres-error", "$", "database query error"};
}

// One connection, on which each statement is a separate transaction. Statements have no names,
// since a pooler in front of the server may run each in another session. So each is planned for its
// own values; planning takes far less time than a wrong plan.
class Session {
 public:
  Session(const postgres::Target& target, const BackendOptions& options) : connection_(target) {
    for (const auto& [name, value] : kSettings) connection_.set_local(name, value);
    connection_.limit_waiting(options.time);
  }

  // A connection keeps a buffer as large as its largest answer.
  [[nodiscard]] bool is_reusable() const noexcept {
    return connection_.is_open() && !has_large_buffer_;
  }

  Answer run(const sql::Statement& statement, std::size_t most) {
    const auto result = connection_.run("query", statement.text, bound(statement.parameters));
    Answer answer(statement.columns);
    if (result.rows() == 0) return answer;
    std::size_t bytes = 0;
    for (int i = 0; i < static_cast<int>(answer.size()); ++i) bytes += result.value(0, i).size();
    has_large_buffer_ = bytes > kLargeAnswer;
    if (bytes > most) throw TooLarge();
    for (std::size_t i = 0; i < answer.size(); ++i) {
      const int column = static_cast<int>(i);
      if (!result.is_null(0, column)) answer[i] = result.value(0, column);
    }
    return answer;
  }

 private:
  postgres::Connection connection_;
  bool has_large_buffer_ = false;
};

class PostgresBackend final : public Backend {
 public:
  PostgresBackend(const std::string& url, const BackendOptions& options)
      : dialect_(options.stringify_numeric_types),
        borrow_timeout_(options.time),
        sessions_(options.connections, [target = postgres::Target(url), options] {
          return std::make_unique<Session>(target, options);
        }) {
    (void)sessions_.borrow(borrow_timeout_);  // Reports an unreachable database at once.
  }

  [[nodiscard]] const sql::Dialect& dialect() const noexcept override { return dialect_; }

  // libpq has read an answer before its size is known.
  [[nodiscard]] bool stops_early() const noexcept override { return false; }

  [[nodiscard]] Answer run(const sql::Statement& statement, std::size_t most) override {
    // A session may have ended while it was idle, and a read can be repeated. All idle sessions may
    // have ended together, when the server restarted.
    for (;;) {
      try {
        auto session = sessions_.borrow(borrow_timeout_);
        const bool fresh = session.is_new();
        try {
          auto answer = session->run(statement, most);
          if (!session->is_reusable()) session.discard();
          return answer;
        } catch (const TooLarge&) {
          session.discard();
          throw;
        } catch (const Error&) {
          if (!session->is_reusable()) session.discard();
          if (fresh || session) throw;
        }
      } catch (const postgres::Failure& failure) {
        throw explained(failure);
      } catch (const Error&) {
        throw language::RequestError("unexpected", "$", "the database is not available");
      }
    }
  }

 private:
  sql::PostgresDialect dialect_;
  milliseconds borrow_timeout_;
  Pool<Session> sessions_;
};

}  // namespace

std::unique_ptr<Backend> open_postgres_backend(const std::string& url,
                                               const BackendOptions& options) {
  return std::make_unique<PostgresBackend>(url, options);
}

}  // namespace edo::backend
