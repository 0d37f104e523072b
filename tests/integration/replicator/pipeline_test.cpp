// Statements that go to the server together.
#include "replicator/postgres/pipeline.hpp"

#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "support/postgres.hpp"

using namespace edo::testing;
using edo::postgres::Connection;
using edo::postgres::Parameters;
using edo::postgres::Pipeline;
using edo::postgres::Target;
using edo::postgres::Transaction;

namespace {

struct Session {
  std::string url = PrivatePostgres::shared().fresh_database();
  Connection connection{Target(url)};

  Session() { connection.script("prepare", "CREATE TABLE t (id integer PRIMARY KEY)"); }
  [[nodiscard]] std::string rows() const { return query_value(url, "SELECT count(*) FROM t"); }
};

const std::string kInsert = "INSERT INTO t VALUES ($1)";

}  // namespace

TEST_CASE("answers come in the order of the statements") {
  Session session;
  Pipeline pipeline(session.connection);
  CHECK(pipeline.finish().empty());
  for (int i = 0; i < 100; ++i) pipeline.run("ask", "SELECT $1", Parameters().integer(i));
  const auto answers = pipeline.finish();
  REQUIRE(answers.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(answers.at(static_cast<std::size_t>(i)).integer(0, 0) == i);
  CHECK(session.connection.run("ask", "SELECT 1").integer(0, 0) == 1);
}

TEST_CASE("statements larger than any buffer are sent while answers arrive") {
  Session session;
  const std::string large(3'000'000, 'x');
  Pipeline pipeline(session.connection);
  for (int i = 0; i < 8; ++i) pipeline.run("echo", "SELECT $1", Parameters().text(large));
  for (const auto& answer : pipeline.finish()) CHECK(answer.value(0, 0) == large);
}

TEST_CASE("statements after a failure do not run, and the connection stays usable") {
  Session session;
  {
    Transaction transaction(session.connection);
    Pipeline pipeline(session.connection);
    pipeline.run("insert into", kInsert, Parameters().integer(1));
    pipeline.run("insert again into", kInsert, Parameters().integer(1));
    pipeline.run("insert into", kInsert, Parameters().integer(2));
    CHECK_THROWS_WITH(transaction.commit(pipeline), Catch::Contains("insert again into"));
  }
  CHECK(session.rows() == "0");
  Transaction transaction(session.connection);
  Pipeline pipeline(session.connection);
  pipeline.run("insert into", kInsert, Parameters().integer(3));
  CHECK(transaction.commit(pipeline).at(0).affected() == 1);
  CHECK(session.rows() == "1");
}

TEST_CASE("an abandoned pipeline leaves its connection usable") {
  Session session;
  {
    const Transaction transaction(session.connection);
    Pipeline pipeline(session.connection);
    pipeline.run("insert into", kInsert, Parameters().integer(1));
    CHECK_THROWS_AS(session.connection.run("ask", "SELECT 1"), std::logic_error);
  }
  CHECK_FALSE(session.connection.in_transaction());
  CHECK(session.rows() == "0");
}

TEST_CASE("a connection that is lost within a pipeline leaves the commit in doubt") {
  Session session;
  Transaction transaction(session.connection);
  Pipeline pipeline(session.connection);
  pipeline.run("insert into", kInsert, Parameters().integer(1));
  pipeline.run("end", "SELECT pg_terminate_backend(pg_backend_pid())");
  try {
    (void)transaction.commit(pipeline);
    FAIL("it has failed");
  } catch (const edo::Error& error) {
    CHECK(error.kind() == edo::ErrorKind::in_doubt);
  }
  CHECK_FALSE(session.connection.is_open());
  CHECK(session.rows() == "0");
}
