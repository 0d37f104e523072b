#include "storage/database.hpp"
#include "tools/server/backend/backend.hpp"
#include "tools/server/backend/pool.hpp"
#include "tools/server/backend/recently_used.hpp"
#include "tools/server/backend/search.hpp"
#include "tools/server/backend/sqlite_functions.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/search/indexer.hpp"
#include "tools/server/sql/sqlite_dialect.hpp"

namespace edo::backend {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kStatementsKept = 100;  // of each connection
constexpr int kStepsBetweenLooks = 10'000;    // of SQLite's virtual machine: well below 1 ms

// One reading connection with the statements that it has prepared.
class Reader {
 public:
  Reader(const std::string& path, const BackendOptions& options)
      : database_(path, {storage::Access::read_only}), options_(options) {
    sqlite3* connection = database_.handle().getHandle();
    sqlite::register_functions(connection);
    sqlite3_progress_handler(connection, kStepsBetweenLooks, &Reader::is_late, this);
    // Sorts in memory, and caches the upper levels of indexes.
    database_.execute("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192");
  }

  // Whether the path no longer names this file, as after edo rotate.
  [[nodiscard]] bool is_elsewhere() {
    int moved = 0;
    return sqlite3_file_control(database_.handle().getHandle(), "main", SQLITE_FCNTL_HAS_MOVED,
                                &moved) == SQLITE_OK &&
           moved != 0;
  }

  // Throws IndexFailure if the index cannot be read, and Error.
  Answer run(const sql::Statement& statement, search::Index& index, std::size_t most) {
    give_up_at_ = steady_clock::now() + options_.time;
    const Snapshot snapshot(database_);
    return run(narrowed(statement, index, database_), most);
  }

  [[nodiscard]] bool has_index(const search::Index& index) {
    return index.identity().file == database_.open_file().id();
  }

  Answer run(const sql::Statement& statement, std::size_t most) {
    give_up_at_ = steady_clock::now() + options_.time;
    sqlite3_limit(database_.handle().getHandle(), SQLITE_LIMIT_LENGTH, static_cast<int>(most));
    try {
      storage::Use query(prepared(statement.text));
      bind(*query, statement.parameters);
      Answer answer(statement.columns);
      if (!query->executeStep()) return answer;
      std::size_t bytes = 0;
      for (std::size_t i = 0; i < answer.size(); ++i) {
        const auto column = query->getColumn(static_cast<int>(i));
        if (column.isNull()) continue;
        answer[i] = column.getString();
        bytes += answer[i]->size();
        if (bytes > most) throw TooLarge();
      }
      return answer;
    } catch (const SQLite::Exception& failure) {
      if (failure.getErrorCode() == SQLITE_TOOBIG) throw TooLarge();
      throw explained(failure);
    }
  }

 private:
  static int is_late(void* self) noexcept {
    return steady_clock::now() > static_cast<Reader*>(self)->give_up_at_ ? 1 : 0;
  }

  SQLite::Statement& prepared(const std::string& text) {
    return statements_.of(text, [&] { return SQLite::Statement(database_.handle(), text); });
  }

  static void bind(SQLite::Statement& query, const std::vector<sql::Parameter>& parameters) {
    int place = 0;
    for (const auto& parameter : parameters) {
      ++place;
      if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
        query.bind(place, *number);
      } else if (const auto* real = std::get_if<double>(&parameter)) {
        query.bind(place, *real);
      } else if (const auto* text = std::get_if<std::string>(&parameter)) {
        query.bindNoCopy(place, *text);
      }
    }
  }

  language::RequestError explained(const SQLite::Exception& failure) const {
    switch (failure.getExtendedErrorCode()) {
      case SQLITE_CONSTRAINT_FUNCTION:  // one of ours
        return {"data-exception", "$", failure.what()};
      default:
        break;
    }
    switch (failure.getErrorCode() & 0xff) {
      case SQLITE_INTERRUPT:
        return {"unexpected", "$", "the query took too long"};
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return {"unexpected", "$", "the database is busy with other requests"};
      default:
        break;
    }
    if (std::string_view(failure.what()) == "integer overflow") {
      return {"data-exception", "$", "bigint out of range"};
    }
    return {"unexpected", "$", "database query error"};
  }

  storage::Database database_;
  BackendOptions options_;
  steady_clock::time_point give_up_at_{};
  RecentlyUsed<SQLite::Statement> statements_{kStatementsKept};
};

class SqliteBackend final : public Backend {
 public:
  SqliteBackend(const std::string& path, const BackendOptions& options)
      : dialect_(options.stringify_numeric_types),
        borrow_timeout_(options.time),
        readers_(options.connections,
                 [path, options] { return std::make_unique<Reader>(path, options); }) {
    (void)readers_.borrow(borrow_timeout_);  // Reports an unreadable file at once.
    if (options.text_index) indexer_.emplace(path, *options.text_index);
  }

  [[nodiscard]] const sql::Dialect& dialect() const noexcept override { return dialect_; }

  [[nodiscard]] bool stops_early() const noexcept override { return true; }

  [[nodiscard]] Answer run(const sql::Statement& statement, std::size_t most) override {
    for (;;) {
      auto reader = readers_.borrow(borrow_timeout_);
      if (reader.is_new() || !reader->is_elsewhere()) return run(*reader, statement, most);
      // Opens the file that is at the path now.
      reader.discard();
      readers_.discard_idle();
    }
  }

  [[nodiscard]] std::optional<search::IndexStatus> text_index() override {
    return indexer_ ? std::optional(indexer_->status()) : std::nullopt;
  }

 private:
  Answer run(Reader& reader, const sql::Statement& statement, std::size_t most) {
    const auto index = indexer_ && !statement.searched.empty() ? indexer_->index()
                                                               : std::shared_ptr<search::Index>();
    if (index == nullptr || !reader.has_index(*index)) return reader.run(statement, most);
    try {
      return reader.run(statement, *index, most);
    } catch (const search::IndexFailure&) {
      indexer_->give_up(index);
    } catch (const Error&) {
      // Without an index it says what is wrong with the store.
    }
    return reader.run(statement, most);
  }

  sql::SqliteDialect dialect_;
  std::chrono::milliseconds borrow_timeout_;
  Pool<Reader> readers_;
  std::optional<search::Indexer> indexer_;
};

}  // namespace

std::unique_ptr<Backend> open_sqlite_backend(const std::string& path,
                                             const BackendOptions& options) {
  return std::make_unique<SqliteBackend>(path, options);
}

}  // namespace edo::backend
