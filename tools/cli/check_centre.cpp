#include "cli/checks.hpp"
#include "edo/error.hpp"
#include "replicator/postgres/connection.hpp"
#include "replicator/postgres/migrations.hpp"

namespace edo::cli {

Check check_centre(const postgres::Target& target) {
  Check check{"centre", Verdict::ok, {}};
  try {
    postgres::Connection centre(target);
    centre.limit_waiting();
    const std::string encoding = postgres::encoding_of(centre);
    if (encoding == "UTF8") {
      check.found = centre.label() + " answers";
    } else {
      check.verdict = Verdict::problem;
      check.found = "the encoding of " + centre.label() + " is " + encoding +
                    ", which cannot hold all telemetry";
      check.remedy = "move to a database made with createdb --encoding=UTF8 --template=template0";
    }
  } catch (const Error& error) {
    // Days without a centre are normal; a wrong password or database is not.
    check.verdict = error.is_retryable() ? Verdict::warning : Verdict::problem;
    check.found = error.what();
  }
  return check;
}

}  // namespace edo::cli
