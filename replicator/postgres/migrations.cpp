#include "replicator/postgres/migrations.hpp"

#include <optional>

#include "schemas/schemas.hpp"

namespace edo::postgres {
namespace {

// "edo1"; the first half of the advisory lock's key, the second is the schema's name.
constexpr int kLockSpace = 0x65646f31;

constexpr const char* kRecordTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations (\n"
    "    version    integer PRIMARY KEY,\n"
    "    name       text NOT NULL,\n"
    "    applied_at timestamptz NOT NULL DEFAULT now()\n"
    ");\n";

int newest_version() { return schemas::postgres().back().version; }

// The text between two `mark`s, with `escaped` for each mark in it.
std::string enclosed(std::string_view text, char mark, std::string_view escaped) {
  std::string result(1, mark);
  for (const char c : text) {
    if (c == mark) {
      result += escaped;
    } else {
      result += c;
    }
  }
  return result + mark;
}

// Like PQescapeIdentifier, but without a connection.
std::string quoted_name(std::string_view name) { return enclosed(name, '"', "\"\""); }

std::string literal(std::string_view text) { return enclosed(text, '\'', "''"); }

// As one word of a shell command.
std::string shell_word(std::string_view text) { return enclosed(text, '\'', R"('\'')"); }

Error too_new(const Connection& connection, const std::string& schema, std::int64_t version) {
  return {ErrorKind::schema_too_new, "use the schema", schema + " of " + connection.label(),
          "it has version " + std::to_string(version) + ", but this program knows versions up to " +
              std::to_string(newest_version()) + "; upgrade the program"};
}

bool schema_exists(Connection& connection, const std::string& schema) {
  return connection
             .run("look at", "SELECT FROM pg_namespace WHERE nspname = $1",
                  Parameters().text(schema))
             .rows() > 0;
}

std::int64_t version_of(Connection& connection) {
  return connection.run("look at", "SELECT coalesce(max(version), 0) FROM schema_migrations")
      .integer(0, 0);
}

// Temporary tables come last, so that none can replace one of ours, above all in functions that run
// with their owner's rights and this path.
std::string search_path(const std::string& schema) { return quoted_name(schema) + ", pg_temp"; }

// Telemetry needs a database with all of Unicode: SQL_ASCII cannot read the escapes of jsonb, and
// LATIN1 has no emoji.
void require_unicode(Connection& connection, const std::string& schema) {
  const std::string encoding = encoding_of(connection);
  if (encoding == "UTF8") return;
  throw Error(ErrorKind::invalid_argument, "migrate the schema",
              schema + " of " + connection.label(),
              "the database's encoding is " + encoding +
                  ", which cannot hold all telemetry; create one with "
                  "createdb --encoding=UTF8 --template=template0");
}

// Holds until the end of the transaction.
void lock(Connection& connection, const std::string& schema) {
  (void)connection.run("lock the schema of",
                       "SELECT pg_advisory_xact_lock($1::integer, hashtext($2))",
                       Parameters().integer(kLockSpace).text(schema));
}

// Returns false if it existed already.
bool apply(Connection& connection, const std::string& schema, const schemas::Migration& migration) {
  Transaction transaction(connection);
  lock(connection, schema);
  // CREATE SCHEMA IF NOT EXISTS needs the right to create a schema even if it exists.
  if (!schema_exists(connection, schema)) {
    (void)connection.run("create the schema " + schema + " at",
                         "CREATE SCHEMA " + quoted_name(schema));
  }
  const bool recorded =
      connection.run("look at", "SELECT to_regclass('schema_migrations') IS NOT NULL")
          .boolean(0, 0);
  if (!recorded) connection.script("migrate", kRecordTable);
  const std::int64_t version = version_of(connection);
  if (version > newest_version()) throw too_new(connection, schema, version);
  if (version >= migration.version) return false;
  connection.script("migrate", std::string(migration.sql));
  (void)connection.run("migrate", "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)",
                       Parameters().integer(migration.version).text(migration.name));
  transaction.commit();
  return true;
}

}  // namespace

std::string encoding_of(Connection& connection) {
  return connection.run("look at", "SHOW server_encoding").text(0, 0);
}

std::vector<std::string> migrate(Connection& connection, const std::string& schema) {
  require_unicode(connection, schema);
  connection.set_local("search_path", search_path(schema));
  std::vector<std::string> applied;
  for (const auto& migration : schemas::postgres()) {
    if (apply(connection, schema, migration)) applied.emplace_back(migration.name);
  }
  return applied;
}

void grant_roles(Connection& connection, const std::string& schema) {
  connection.set_local("search_path", search_path(schema));
  try {
    Transaction transaction(connection);
    lock(connection, schema);
    connection.script("grant the roles of", std::string(schemas::postgres_roles()));
    transaction.commit();
  } catch (const Failure& failure) {
    if (failure.kind() != ErrorKind::denied) throw;
    throw Error(
        ErrorKind::denied,
        std::string(failure.what()) +
            "; it takes the schema's owner, and CREATEROLE to make a role: have such a user "
            "run edo-replicator migrate --roles, or the output of --print --roles in psql");
  }
}

std::string migration_script(const std::string& schema, bool with_roles) {
  const std::string begin = "BEGIN;\nSET LOCAL search_path TO " + search_path(schema) + ";\n";
  std::string script = "\\set ON_ERROR_STOP on\nCREATE SCHEMA IF NOT EXISTS " +
                       quoted_name(schema) + ";\n" + begin + kRecordTable + "COMMIT;\n";
  for (const auto& migration : schemas::postgres()) {
    const std::string version = std::to_string(migration.version);
    script += "\nSELECT NOT EXISTS (SELECT FROM " + quoted_name(schema) +
              ".schema_migrations WHERE version = " + version +
              ") AS missing \\gset\n\\if :missing\n" + begin;
    script += migration.sql;
    script += "\nINSERT INTO schema_migrations (version, name) VALUES (" + version + ", " +
              literal(migration.name) + ");\nCOMMIT;\n\\endif\n";
  }
  if (with_roles) script += "\n" + begin + std::string(schemas::postgres_roles()) + "COMMIT;\n";
  return script;
}

void use_schema(Connection& connection, const std::string& schema) {
  const auto refused = [&](ErrorKind kind, const std::string& reason) {
    return Error(kind, "use the schema", schema + " of " + connection.label(), reason);
  };
  const std::string remedy = "; run edo-replicator migrate --to " + shell_word(connection.label()) +
                             (schema == kDefaultSchema ? "" : " --schema " + shell_word(schema));
  connection.limit_waiting();
  connection.set_local("search_path", search_path(schema));
  connection.set_local("TimeZone", "UTC");
  std::int64_t version = 0;
  try {
    version = version_of(connection);
  } catch (const Failure& failure) {
    // The search path skips a schema that the user has no rights to.
    if (failure.sqlstate() != "42P01") throw;
    const Result allowed = connection.run(
        "look at", "SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = $1",
        Parameters().text(schema));
    if (allowed.rows() > 0 && !allowed.boolean(0, 0)) {
      throw refused(ErrorKind::denied,
                    "permission denied" + std::string(postgres::remedy(ErrorKind::denied)));
    }
  }
  if (version == 0) {
    throw refused(ErrorKind::invalid_argument, "it does not exist yet" + remedy);
  }
  if (version < newest_version()) {
    throw refused(ErrorKind::invalid_argument, "it has version " + std::to_string(version) +
                                                   ", this program needs " +
                                                   std::to_string(newest_version()) + remedy);
  }
  if (version > newest_version()) {
    const auto oldest = connection.run("look at", "SELECT oldest_client FROM schema_contract");
    if (oldest.rows() != 1 || oldest.integer(0, 0) > newest_version()) {
      throw too_new(connection, schema, version);
    }
  }
}

void use_inbox(Connection& connection, const std::string& schema) {
  connection.limit_waiting();
  connection.set_local("search_path", search_path(schema));
  const auto refused = [&](ErrorKind kind, const std::string& reason) {
    return Error(kind, "use the inbox in the schema", schema + " of " + connection.label(), reason);
  };
  // Every user may read the catalogue, but a name is only found by users with rights to it.
  const Result found =
      connection.run("look at",
                     "SELECT has_schema_privilege(n.oid, 'USAGE')"
                     " AND has_any_column_privilege(c.oid, 'INSERT')"
                     " FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid"
                     " WHERE n.nspname = $1 AND c.relname = 'replication_inbox'",
                     Parameters().text(schema));
  if (found.rows() == 0) {
    throw refused(ErrorKind::invalid_argument,
                  "it does not exist; run edo-replicator migrate on the central database");
  }
  if (!found.boolean(0, 0)) {
    throw refused(ErrorKind::denied,
                  "permission denied" + std::string(postgres::remedy(ErrorKind::denied)));
  }
}

void prefer_key_lookups(Connection& connection) {
  // A plan that still has to scan then has a huge nominal cost, and JIT would compile it each time,
  // for a third of a second.
  for (const char* name : {"enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit"}) {
    connection.set_local_if_known(name, "off");
  }
}

}  // namespace edo::postgres
