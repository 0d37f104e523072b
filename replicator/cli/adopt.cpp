// edo-replicator adopt: hands the rows of one store to another, at the centre.
#include "replicator/apply/adopt.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/postgres/migrations.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::string from;
  std::string by;
  std::string url;
  std::string schema;
  bool json = false;
};

int adopt(const Flags& flags) {
  const auto from = store_id_of("--from", flags.from);
  const auto by = store_id_of("--by", flags.by);
  if (from == by) throw CLI::ValidationError("--by", "--from and --by name the same store");
  postgres::Connection connection(as_target(flags.url), {.writes = true});
  connection.limit_waiting();
  postgres::use_schema(connection, flags.schema);
  const auto rows = apply::adopt(connection, from, by);
  if (flags.json) {
    say_json(nlohmann::json({{"rows", rows}}));
  } else if (rows > 0) {
    say("{} of store {} now belong to store {}\n", counted(rows, "row", "rows"),
        base::to_string(from), base::to_string(by));
  }
  if (rows > 0) return kDone;
  complain(
      "edo-replicator adopt: no row in the central database belongs to store {}; nothing was "
      "changed",
      base::to_string(from));
  return kFailed;
}

}  // namespace

Command add_adopt(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  auto* app = program.add_subcommand("adopt", "Give the rows of one store to another");
  auto* from = app->add_option("--from", flags->from, "Store that owns the rows now")
                   ->type_name("STORE_ID")
                   ->configurable(false);
  auto* by = app->add_option("--by", flags->by, "Store that gets the rows")
                 ->type_name("STORE_ID")
                 ->configurable(false);
  auto* target = add_target(*app, flags->url);
  add_schema(*app, flags->schema);
  app->add_flag("--json", flags->json, "Print one JSON object");
  app->footer(
      "A row of the central database belongs to the store that brought it first, and no\n"
      "other store can change it. Use this for a store that was created anew from the rows\n"
      "of another one. A file that was copied or moved keeps its store id and needs\n"
      "nothing. Exits with 1 if the central database has no rows of the store.\n\n"
      "Example:\n"
      "  edo-replicator adopt --from 01890a5d-ac96-774b-bcce-b302099a8057 \\\n"
      "      --by 01890a5d-ac96-774b-bcce-b302099a8058 --to "
      "postgresql://applier@db.example.com/telemetry");
  return {app, [flags] { return adopt(*flags); }, {from, by, target}};
}

}  // namespace edo::cli
