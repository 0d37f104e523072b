// Hasura's recorded answers, given by both back ends.
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

#include "recorded.hpp"
#include "storage/database.hpp"
#include "support/files.hpp"
#include "support/postgres.hpp"
#include "support/skip.hpp"
#include "tools/server/engine/engine.hpp"

namespace edo::testing {
namespace {

using nlohmann::json;

// What is not offered, by the last part of the case's name.
const std::map<std::string, std::string> kNotOffered = {
    // GraphQL's grammar, and graphql-js, refuse it; Hasura's own parser lets it pass.
    {"select_author_article_where_and_in.yaml#0", "an object without its closing brace"},
};
const std::map<std::string, std::string> kNotOfferedOnSqlite = {
    {"Track_order_by_size.yaml#0", "functions"},
    {"author_order_by_get_articles_aggregate.yaml#0", "functions"},
    {"reader_author.yaml#0", "functions"},
    {"staff_passed_students.yaml#0", "functions"},
    {"tutor_get_students.yaml#0", "functions"},
    {"tutor_get_students_session.yaml#0", "functions"},
};

json answered(engine::Engine& engine, const Case& asked) {
  try {
    backend::Memory memory(engine::kDefaultMemory);
    backend::Room room(memory);
    return json::parse(engine.execute(asked.request, asked.session, room));
  } catch (const language::RequestError& error) {
    return {{"errors",
             {{{"message", error.what()},
               {"extensions", {{"path", error.path()}, {"code", error.code()}}}}}}};
  }
}

void check(const Recording& recording, engine::Engine& engine, bool is_sqlite) {
  for (const auto& asked : recording.cases) {
    const std::string name = asked.id.substr(asked.id.rfind('/') + 1);
    if (kNotOffered.contains(name)) continue;
    if (is_sqlite && kNotOfferedOnSqlite.contains(name)) continue;
    INFO(recording.name << " on " << (is_sqlite ? "SQLite" : "PostgreSQL") << ": " << name);
    INFO(asked.request.query);
    const json found = answered(engine, asked);
    if (asked.response.is_null()) {
      CHECK(found.contains("errors"));
      continue;
    }
    const auto differs = difference(asked.response, found);
    INFO(differs.value_or(""));
    CHECK(!differs);
  }
}

TEST_CASE("Both databases give the results that Hasura gave") {
  const auto directory = recordings_directory();
  if (!directory) {
    skip_test(
        "Hasura's recorded answers are not part of the repository: set EDO_CONFORMANCE to their "
        "directory, or put it beside the repository as shared/conformance");
  }
  for (const auto& recording : read_recordings(*directory)) {
    const TemporaryDirectory folder;
    engine::EngineOptions options;
    options.stringify_numeric_types = recording.stringify_numeric_types;

    options.postgres = PrivatePostgres::shared().fresh_database();
    for (const auto& sql : recording.postgres_sql) (void)query(options.postgres, sql);
    options.metadata = folder / "postgres";
    write_metadata(recording, false, options.metadata);
    check(recording, *engine::open_engine(options), false);
    // The recorded schema for SQLite calls documents text.
    const Table documents = query(options.postgres,
                                  "SELECT table_name, column_name FROM information_schema.columns"
                                  " WHERE table_schema = 'public' AND data_type = 'jsonb'");

    options.postgres.clear();
    options.store = folder / "foreign.db";
    {
      storage::Database database(options.store, {storage::Access::create});
      for (const auto& sql : recording.sqlite_sql) database.execute(sql);
      database.execute("CREATE TABLE column_types (relation TEXT, name TEXT, type TEXT)");
      for (const auto& column : documents) {
        database.execute("INSERT INTO column_types VALUES ('" + column[0] + "', '" + column[1] +
                         "', 'jsonb')");
      }
    }
    options.metadata = folder / "sqlite";
    write_metadata(recording, true, options.metadata);
    check(recording, *engine::open_engine(options), true);
  }
}

}  // namespace
}  // namespace edo::testing
