#include <catch2/catch.hpp>

#include "support/postgres.hpp"
#include "tools/server/backend/backend.hpp"
#include "tools/server/language/error.hpp"
#include "tools/server/sql/dialect.hpp"

namespace edo::backend {
namespace {

TEST_CASE("a very short time for queries is enough to connect") {
  BackendOptions options;
  options.time = std::chrono::milliseconds(1);
  const auto backend =
      open_postgres_backend(testing::PrivatePostgres::shared().fresh_database(), options);
  sql::Statement sleep;
  sleep.text = "SELECT pg_sleep(10)::text";
  sleep.columns = 1;
  CHECK_THROWS_WITH(backend->run(sleep, 1000), "the query took too long");
}

constexpr std::size_t kMost = std::size_t{1} << 20;

sql::Statement statement(std::string text) {
  sql::Statement made;
  made.text = std::move(text);
  made.columns = 1;
  return made;
}

// A backend with one session, which its statements can look into.
class OneSession {
 public:
  std::string run(const sql::Statement& statement) {
    return backend_->run(statement, kMost).front().value_or("null");
  }

  // How often the server has planned the statement for all values, and how often for its own.
  std::string plans_of(const sql::Statement& prepared) {
    return run(
        statement("SELECT string_agg(generic_plans || ' and ' || custom_plans, '; ') FROM "
                  "pg_prepared_statements WHERE statement = " +
                  sql::quoted_text(prepared.text)));
  }

 private:
  std::unique_ptr<Backend> backend_ =
      open_postgres_backend(testing::PrivatePostgres::shared().fresh_database(), {1});
};

TEST_CASE("a statement that comes again is prepared, and planned as its values allow") {
  OneSession session;
  auto recent = statement("SELECT '[\"recent\"]'::json");
  auto since = statement("SELECT to_json($1::int)");
  since.parameters = {std::int64_t{1}};
  since.suits_all_values = false;
  const auto once = statement("SELECT '\"once\"'::json");
  (void)session.run(once);
  for (std::int64_t i = 1; i < 10; ++i) {
    CHECK(session.run(recent) == "[\"recent\"]");
    since.parameters = {i};
    CHECK(session.run(since) == std::to_string(i));
  }
  CHECK(session.plans_of(once) == "null");
  CHECK(session.plans_of(recent) == "8 and 0");
  CHECK(session.plans_of(since) == "0 and 8");
}

TEST_CASE("a session keeps a bounded number of statements") {
  OneSession session;
  for (int i = 0; i < 150; ++i) {
    const auto shape = statement("SELECT to_json(" + std::to_string(i) + ")");
    (void)session.run(shape);
    CHECK(session.run(shape) == std::to_string(i));
  }
  const auto kept = statement("SELECT count(*)::text FROM pg_prepared_statements");
  CHECK(session.run(kept) == "100");  // with the one that makes the settings, without this one
}

TEST_CASE("a statement that the session has lost is run without it") {
  OneSession session;
  const auto again = statement("SELECT to_json(7)");
  for (int i = 0; i < 3; ++i) (void)session.run(again);
  (void)session.run(statement("DEALLOCATE ALL"));
  CHECK(session.run(again) == "7");
  CHECK(session.run(again) == "7");
  CHECK(session.plans_of(again) == "null");
}

}  // namespace
}  // namespace edo::backend
