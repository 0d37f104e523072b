#include <catch2/catch.hpp>

#include "support/postgres.hpp"
#include "tools/server/backend/backend.hpp"
#include "tools/server/language/error.hpp"

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

}  // namespace
}  // namespace edo::backend
