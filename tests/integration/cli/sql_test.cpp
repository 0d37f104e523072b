#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "edo.hpp"
#include "sample_store.hpp"
#include "support/files.hpp"

namespace edo::testing {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

// Kilobytes of address space: more than the program needs, far less than a long result. Sanitizers
// reserve terabytes.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr const char* kAddressSpace = "unlimited";
#else
constexpr const char* kAddressSpace = "65536";
#endif

class SqlFixture {
 protected:
  SqlFixture() { store_.close(); }

  [[nodiscard]] Result sql(std::vector<std::string> arguments, std::string input = {}) const {
    arguments.insert(arguments.begin(), "sql");
    return edo(std::move(arguments), {{"EDO_STORE", store_.path}}, std::move(input));
  }

  TemporaryDirectory directory_;
  SampleStore store_{directory_ / "t.db"};
};

TEST_CASE_METHOD(SqlFixture, "rows come as an aligned table, as JSON and as CSV") {
  const char* query =
      "SELECT source_function AS name, total_duration_ms AS ms, source_user_email AS who"
      " FROM invocations WHERE source_function IN ('orders', 'mailer') ORDER BY 1";
  CHECK(sql({query}).out ==
        "name      ms  who\n"
        "mailer    40  null\n"
        "orders  1300  ada@example.com\n");
  CHECK(sql({query, "--json"}).out ==
        "[\n"
        R"({"name":"mailer","ms":40,"who":null},)"
        "\n"
        R"({"name":"orders","ms":1300,"who":"ada@example.com"})"
        "\n]\n");
  CHECK(sql({query, "--csv"}).out == "name,ms,who\nmailer,40,\norders,1300,ada@example.com\n");
  CHECK(failed_clearly(sql({query, "--csv", "--json"}), 2));
}

TEST_CASE_METHOD(SqlFixture, "every kind of value has its form") {
  const char* query =
      "SELECT x'00ff' AS b, NULL AS n, '' AS e, 'a,\"b\nc' AS t, 1.5 AS r, 1 AS d, 2 AS d";
  CHECK(sql({query, "--csv"}).out == "b,n,e,t,r,d,d_2\n00ff,,\"\",\"a,\"\"b\nc\",1.5,1,2\n");
  CHECK(sql({query, "--json"}).out ==
        "[\n"
        R"({"b":"00ff","n":null,"e":"","t":"a,\"b\nc","r":1.5,"d":1,"d_2":2})"
        "\n]\n");
  CHECK_THAT(sql({query}).out, Contains("00ff  null     a,\"b\\nc  1.5  1    2"));
  CHECK(sql({"SELECT 1 AS one WHERE false"}).out == "one\n");
  CHECK(sql({"SELECT 1 AS one WHERE false", "--json"}).out == "[\n]\n");
}

TEST_CASE_METHOD(SqlFixture, "a table too wide for the terminal is turned") {
  const auto on_terminal = [&](const std::string& query) {
    return edo_on_terminal({"sql", query, "--store", store_.path}, {{"NO_COLOR", "1"}}).out;
  };
  CHECK(on_terminal("SELECT 1 AS one, 'x' AS two") == "one  two\n  1  x\n");
  CHECK(on_terminal(
            "SELECT printf('%60c', 'x') AS a, printf('%60c', 'y') AS bcd UNION SELECT 1, 2") ==
        "row 1\n  a    1\n  bcd  2\n"
        "row 2\n  a    " +
            std::string(59, ' ') + "x\n  bcd  " + std::string(59, ' ') + "y\n");
}

TEST_CASE_METHOD(SqlFixture, "a statement can come from standard input") {
  const Result result = sql({"-", "--csv"}, "SELECT count(*) AS n\nFROM invocations; -- all\n");
  CHECK(result.out == "n\n4\n");
  CHECK(failed_clearly(sql({"-"}, " -- nothing\n;"), 2));
  CHECK(failed_clearly(sql({""}), 2));
}

TEST_CASE_METHOD(SqlFixture, "nothing that writes, attaches or changes a setting gets through") {
  const std::string before = read_file(store_.path);
  const std::string other = directory_ / "other.db";
  for (const std::string& statement : {
           std::string("DELETE FROM invocations"),
           std::string("INSERT INTO outbox (entity, row) VALUES ('job_logs', 'x')"),
           std::string("WITH x AS (SELECT 1) UPDATE store SET host_label = 'x'"),
           std::string("CREATE TEMP TABLE t (x)"),
           std::string("DROP TABLE job_logs"),
           std::string("PRAGMA query_only = OFF"),
           std::string("PRAGMA journal_mode = DELETE"),
           std::string("PRAGMA user_version = 7"),
           std::string("PRAGMA wal_checkpoint"),
           std::string("PRAGMA writable_schema = ON"),
           std::string("BEGIN"),
           std::string("COMMIT"),
           std::string("SAVEPOINT s"),
           std::string("VACUUM"),
           std::string("REINDEX"),
           std::string("ANALYZE"),
           "VACUUM INTO '" + other + "'",
           "ATTACH '" + other + "' AS other",
           std::string("DETACH main"),
           std::string("SELECT 1; DELETE FROM invocations"),
           std::string("SELECT 1; SELECT 2"),
           std::string("SELECT 1; nonsense"),
       }) {
    CAPTURE(statement);
    const Result result = sql({statement});
    INFO(result.err);
    CHECK(failed_clearly(result));
  }
  CHECK(read_file(store_.path) == before);
  CHECK_FALSE(std::filesystem::exists(other));
}

TEST_CASE_METHOD(SqlFixture, "settings can be read") {
  CHECK(sql({"PRAGMA application_id", "--csv"}).out == "application_id\n1701080881\n");
  CHECK_THAT(sql({"PRAGMA table_info(job_logs)"}).out, Contains("line_number"));
  CHECK_THAT(sql({"PRAGMA integrity_check"}).out, Contains("ok"));
  CHECK_THAT(sql({"SELECT name FROM pragma_table_info('store')"}).out, Contains("host_label"));
  CHECK_THAT(sql({"EXPLAIN QUERY PLAN SELECT * FROM invocations"}).out, Contains("SCAN"));
}

TEST_CASE_METHOD(SqlFixture, "a mistake is told with SQLite's message and its place") {
  const Result result = sql({"SELECT *\n FORM invocations"});
  CHECK(failed_clearly(result));
  CHECK_THAT(result.err, StartsWith("edo sql: ") && Contains("near \"FORM\": syntax error") &&
                             Contains("line 2, column 2"));
  CHECK_THAT(sql({"SELECT nope FROM invocations"}).err, Contains("no such column: nope"));
  const Result late = sql({"SELECT json(value) FROM json_each('[\"{}\",\"{\"]')", "--csv"});
  CHECK(late.exit_code == 1);
  CHECK(late.out == "json(value)\n{}\n");
  CHECK_THAT(late.err, Contains("malformed JSON"));
}

TEST_CASE_METHOD(SqlFixture, "a long result streams: it needs little memory and may be cut off") {
  const std::string query =
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 3000000)"
      " SELECT x, hex(x) AS text FROM n";
  for (const char* form : {"--csv", "--json"}) {
    CAPTURE(form);
    const Result whole = run(
        {.argv = {"sh", "-c", R"(ulimit -v "$LIMIT"; exec "$0" "$@" | tail -c 100)", edo_path(),
                  "sql", query, form},
         .environment = plain_environment({{"EDO_STORE", store_.path}, {"LIMIT", kAddressSpace}})});
    CHECK(whole.err.empty());
    CHECK_THAT(whole.out, Contains("3000000"));
  }
  const Result cut =
      run({.argv = {"bash", "-c", R"("$0" "$@" | head -n 2; echo "${PIPESTATUS[0]}")", edo_path(),
                    "sql", query},
           .environment = plain_environment({{"EDO_STORE", store_.path}})});
  CHECK(cut.err.empty());
  CHECK_THAT(cut.out, Contains("x  text") && Contains("\n0\n"));
}

TEST_CASE_METHOD(SqlFixture, "output that cannot be written is an error") {
  const Result result = run({.argv = {"sh", "-c", R"("$0" sql 'SELECT 1' > /dev/full)", edo_path()},
                             .environment = plain_environment({{"EDO_STORE", store_.path}})});
  CHECK(failed_clearly(result));
  CHECK_THAT(result.err, Contains("standard output"));
}

}  // namespace
}  // namespace edo::testing
