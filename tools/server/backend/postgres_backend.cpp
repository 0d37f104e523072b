#include <algorithm>
#include <list>
#include <unordered_map>

#include "replicator/postgres/connection.hpp"
#include "tools/server/backend/backend.hpp"
#include "tools/server/backend/pool.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/sql/postgres_dialect.hpp"

namespace edo::graphql {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kStatementsKept = 100;  // of each connection

// Plans are made for the values at hand: how many rows match is worth knowing, and planning takes
// far less time than a wrong plan. Compiling plans to machine code takes longer than our queries.
constexpr const char* kSessionSettings =
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';"
    " SET bytea_output = 'hex'; SET standard_conforming_strings = on;"
    " SET default_transaction_read_only = on; SET plan_cache_mode = force_custom_plan;"
    " SET jit = off; SET statement_timeout = ";

// Whole numbers, texts and nulls are all that the dialect makes of values.
postgres::Parameters bound(const std::vector<sql::Parameter>& parameters) {
  postgres::Parameters values;
  for (const auto& parameter : parameters) {
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
      values.integer(*number);
    } else if (const auto* text = std::get_if<std::string>(&parameter)) {
      // The server would take it for the end of the value.
      if (text->find('\0') != std::string::npos) {
        throw RequestError("data-exception", "$",
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

RequestError explained(const postgres::Failure& failure) {
  const std::string& state = failure.sqlstate();
  if (state.starts_with("22")) return {"data-exception", "$", failure.words()};
  if (state == "57014") return {"unexpected", "$", "the query took too long"};
  if (state.empty() || failure.kind() == ErrorKind::unavailable) {
    return {"unexpected", "$", "the database is not available"};
  }
  return {"postgres-error", "$", "database query error"};
}

// One session with the statements that it has prepared.
class Session {
 public:
  Session(const postgres::Target& target, const BackendOptions& options)
      : connection_(target), answer_bytes_(options.answer_bytes) {
    // A very short time is for queries and not for what they need before.
    const auto at_first = std::max<milliseconds>(options.time, std::chrono::seconds(1));
    connection_.script("prepare", kSessionSettings + std::to_string(at_first.count()));
    connection_.limit_waiting();
    connection_.script("prepare",
                       "SET statement_timeout = " + std::to_string(options.time.count()));
  }

  [[nodiscard]] bool is_open() const noexcept { return connection_.is_open(); }

  Answer run(const sql::Statement& statement) {
    const auto result =
        connection_.run_prepared("query", prepared(statement.text), bound(statement.parameters));
    Answer answer(statement.columns);
    if (result.rows() == 0) return answer;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < answer.size(); ++i) {
      const int column = static_cast<int>(i);
      if (result.is_null(0, column)) continue;
      answer[i] = result.value(0, column);
      bytes += answer[i]->size();
    }
    if (bytes > answer_bytes_) {
      throw RequestError("unexpected", "$",
                         "the answer is too large; ask for fewer rows with limit");
    }
    return answer;
  }

 private:
  struct Prepared {
    std::string text;
    std::string name;
  };

  // The least recently used makes room.
  const std::string& prepared(const std::string& text) {
    if (const auto found = by_text_.find(text); found != by_text_.end()) {
      statements_.splice(statements_.begin(), statements_, found->second);
      return statements_.front().name;
    }
    if (statements_.size() == kStatementsKept) {
      connection_.script("prepare", "DEALLOCATE " + statements_.back().name);
      by_text_.erase(statements_.back().text);
      statements_.pop_back();
    }
    Prepared made{text, "edo_" + std::to_string(++made_)};
    connection_.prepare("prepare", made.name, text);
    statements_.push_front(std::move(made));
    by_text_.emplace(text, statements_.begin());
    return statements_.front().name;
  }

  postgres::Connection connection_;
  std::size_t answer_bytes_;
  std::size_t made_ = 0;
  std::list<Prepared> statements_;  // the most recently used first
  std::unordered_map<std::string, std::list<Prepared>::iterator> by_text_;
};

class PostgresBackend final : public Backend {
 public:
  PostgresBackend(const std::string& url, const BackendOptions& options)
      : dialect_(options.stringify_numeric_types),
        patience_(options.time),
        sessions_(options.connections, [target = postgres::Target(url), options] {
          return std::make_unique<Session>(target, options);
        }) {
    (void)sessions_.borrow(patience_);  // A database that cannot be reached is told now.
  }

  [[nodiscard]] const sql::Dialect& dialect() const noexcept override { return dialect_; }

  [[nodiscard]] Answer run(const sql::Statement& statement) override {
    // A session may have been lost while it was idle, and reading twice does no harm. All that are
    // idle may have been lost together, when the server started anew.
    for (;;) {
      try {
        auto session = sessions_.borrow(patience_);
        const bool fresh = session.is_new();
        try {
          return session->run(statement);
        } catch (const Error&) {
          if (!session->is_open()) session.discard();
          if (fresh || session) throw;
        }
      } catch (const postgres::Failure& failure) {
        throw explained(failure);
      } catch (const Error&) {
        throw RequestError("unexpected", "$", "the database is not available");
      }
    }
  }

 private:
  sql::PostgresDialect dialect_;
  milliseconds patience_;
  Pool<Session> sessions_;
};

}  // namespace

std::unique_ptr<Backend> open_postgres_backend(const std::string& url,
                                               const BackendOptions& options) {
  return std::make_unique<PostgresBackend>(url, options);
}

}  // namespace edo::graphql
