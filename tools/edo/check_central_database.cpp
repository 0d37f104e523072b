#include "edo/error.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/migrations.hpp"
#include "tools/edo/checks.hpp"

namespace edo::cli {

Check check_central_database(const postgres::Target& target) {
  Check check{"central database", Verdict::ok, {}};
  try {
    postgres::Connection central(target);
    central.limit_waiting();
    const std::string encoding = postgres::encoding_of(central);
    if (encoding == "UTF8") {
      check.found = central.label() + " answers";
    } else {
      check.verdict = Verdict::problem;
      check.found = "the encoding of " + central.label() + " is " + encoding +
                    ", which cannot hold all telemetry";
      check.remedy = "move to a database made with createdb --encoding=UTF8 --template=template0";
    }
  } catch (const Error& error) {
    // Days without a central database are normal; a wrong password or database is not.
    check.verdict = error.is_retryable() ? Verdict::warning : Verdict::problem;
    check.found = error.what();
  }
  return check;
}

}  // namespace edo::cli
