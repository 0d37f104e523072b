#include <fmt/format.h>
#include <xxhash.h>

#include <utility>

#include "replicator/postgres/connection.hpp"
#include "tools/server/backend/backend.hpp"
#include "tools/server/backend/pool.hpp"
#include "tools/server/backend/recently_used.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/sql/postgres_dialect.hpp"

namespace edo::backend {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLargeAnswer = 4 << 20;
constexpr std::size_t kStatementsKept = 100;  // of each session

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

// The same text in each session, so that a name never stands for another statement.
std::string name_of(const std::string& text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("edo_{:016x}{:016x}", hash.high64, hash.low64);
}

// What the server says of a prepared statement in a session that is not ours alone.
bool is_of_another_session(const postgres::Failure& failure) {
  return failure.sqlstate() == "26000" || failure.sqlstate() == "42P05";
}

// One connection, on which each statement is a separate transaction. A statement that comes again
// is prepared, unless a pooler in front of the server may run each in another session. It is
// planned once if one plan suits all values, else for its own: planning takes far less time than a
// wrong plan.
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
    const auto result = ask(statement);
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
  postgres::Result ask(const sql::Statement& statement) {
    const auto values = bound(statement.parameters);
    connection_.set_local_if_known(
        "plan_cache_mode", statement.suits_all_values ? "force_generic_plan" : "force_custom_plan");
    try {
      const std::string name = prepared(statement.text);
      if (!name.empty()) return connection_.run_prepared("query", name, values);
    } catch (const postgres::Failure& failure) {
      if (!is_of_another_session(failure)) throw;
      is_own_ = false;
    }
    return connection_.run("query", statement.text, values);
  }

  // The name of the prepared statement; empty for a text that comes for the first time, as those do
  // that contain their values.
  std::string prepared(const std::string& text) {
    bool comes_again = true;
    std::string& name = statements_.of(
        text,
        [&comes_again] {
          comes_again = false;
          return std::string();
        },
        [this](const std::string& oldest) {
          if (!oldest.empty()) (void)connection_.run("query", "DEALLOCATE " + oldest);
        });
    if (!comes_again || !has_own_session()) return {};
    if (name.empty()) {
      connection_.prepare("query", name_of(text), text);
      name = name_of(text);
    }
    return name;
  }

  bool has_own_session() {
    if (!is_own_) is_own_ = connection_.has_own_session();
    return *is_own_;
  }

  postgres::Connection connection_;
  bool has_large_buffer_ = false;
  std::optional<bool> is_own_;  // empty until it is asked
  RecentlyUsed<std::string> statements_{kStatementsKept};
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
