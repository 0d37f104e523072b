#include "storage/store.hpp"

#include <sqlite3.h>

#include <optional>

#include "base/process.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "base/uuid.hpp"
#include "schemas/schemas.hpp"
#include "storage/space.hpp"

namespace edo::storage {
namespace {

std::int64_t newest_version() { return schemas::sqlite().back().version; }

// 0 for a database without any table; throws if it is somebody else's.
std::int64_t version_of(Database& database) {
  // In one statement, since another process may be making the store at this moment.
  const auto foreign_tables = database.integer(
      "SELECT (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id"
      " WHERE application_id <> " +
      std::to_string(kApplicationId));
  if (foreign_tables) {
    if (*foreign_tables == 0) return 0;
    throw Error(ErrorKind::corrupt, "open", database.path(),
                "this is an SQLite database, but not an observability store; name another "
                "file, it was left as it is");
  }
  const std::int64_t version = database.integer("SELECT schema_version FROM store").value_or(0);
  if (version > newest_version()) {
    throw Error(ErrorKind::schema_too_new, "open", database.path(),
                "the store has schema version " + std::to_string(version) +
                    ", but this program knows versions up to " + std::to_string(newest_version()) +
                    "; upgrade the program");
  }
  return version;
}

void insert_store_row(Database& database, const std::string& host_label) {
  SQLite::Statement insert(
      database.handle(),
      "INSERT INTO store (only_row, store_id, schema_version, host_label, created_at)"
      " VALUES (1, ?, 0, ?, ?)");
  insert.bind(1, base::to_string(base::new_uuid()));
  insert.bind(2, base::admit_text(host_label.empty() ? base::host_name() : host_label, kMaxLabel));
  insert.bind(3, base::format_timestamp(base::Clock::system().now()));
  insert.exec();
}

void apply(Database& database, const schemas::Migration& migration, const std::string& host_label) {
  std::optional<WriteTransaction> transaction;
  try {
    transaction.emplace(database);
  } catch (const Error&) {
    // Whoever has the lock may be recording already, into the store that it has made.
    if (version_of(database) >= migration.version) return;
    throw;
  }
  // Another process may have done it while this one waited for the lock.
  const std::int64_t version = version_of(database);
  if (version >= migration.version) return;
  database.execute(std::string(migration.sql));
  if (version == 0) {
    insert_store_row(database, host_label);
    database.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
  }
  SQLite::Statement record(database.handle(),
                           "INSERT INTO migrations (version, name, applied_at) VALUES (?, ?, ?)");
  record.bind(1, migration.version);
  record.bind(2, std::string(migration.name));
  record.bind(3, base::format_timestamp(base::Clock::system().now()));
  record.exec();
  database.execute("UPDATE store SET schema_version = " + std::to_string(migration.version));
  transaction->commit();
}

// Its log was opened after it, by its path, so it may be another store's if the file is no longer
// there.
void refuse_if_moved(Database& database) {
  int moved = 0;
  const int code =
      sqlite3_file_control(database.handle().getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (code != SQLITE_OK || moved == 0) return;
  throw Error(ErrorKind::busy, "open", database.path(),
              "the file was moved, replaced or deleted meanwhile; try again");
}

Error empty(const std::string& path) {
  return {ErrorKind::corrupt, "open", path,
          "the file is empty, not a store yet; create one with edo init"};
}

}  // namespace

Database open_store(const std::string& path, const OpenOptions& options,
                    const std::string& host_label) {
  Database database(path, options);
  // Looked at before anything is changed: the file may be somebody else's.
  const std::int64_t version = version_of(database);
  if (version == 0 && options.access != Access::create) throw empty(path);
  if (options.access == Access::read_only) {
    if (version == newest_version()) return database;
    OpenOptions upgrading = options;
    upgrading.access = Access::read_write;
    (void)open_store(path, upgrading);
    return database;
  }
  if (version == 0) choose_layout(database);
  database.prepare_for_writing(options);
  try {
    for (const auto& migration : schemas::sqlite()) {
      if (migration.version > version) apply(database, migration, host_label);
    }
  } catch (const SQLite::Exception& failure) {
    throw database.error("upgrade", failure);
  }
  // A recorder looks for that itself, and goes on.
  if (options.access == Access::read_write) refuse_if_moved(database);
  return database;
}

Database open_as_it_is(const std::string& path, const OpenOptions& options) {
  Database database(path, options);
  // What is no store, or a damaged one, keeps its log when it is closed.
  sqlite3* connection = database.handle().getHandle();
  sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  if (version_of(database) == 0) throw empty(path);
  if (options.access != Access::read_only) database.prepare_for_writing(options);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return database;
}

StoreInfo store_info(Database& database) {
  try {
    SQLite::Statement query(database.handle(),
                            "SELECT store_id, host_label, created_at, schema_version FROM store");
    if (!query.executeStep()) {
      throw Error(ErrorKind::corrupt, "read", database.path(), "the store row is missing");
    }
    // The label is part of every batch; stores that were made by older versions may have any.
    return {query.getColumn(0).getString(),
            base::admit_text(query.getColumn(1).getString(), kMaxLabel),
            query.getColumn(2).getString(), query.getColumn(3).getInt64()};
  } catch (const SQLite::Exception& failure) {
    throw database.error("read", failure);
  }
}

}  // namespace edo::storage
