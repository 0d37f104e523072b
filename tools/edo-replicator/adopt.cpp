// edo-replicator adopt: gives the rows of one store to another, in the central database.
#include "replicator/apply/adopt.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "edo/error.hpp"
#include "replicator/postgres/migrations.hpp"
#include "tools/edo-replicator/commands.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::string from;
  std::string by;
  std::string url;
  std::string schema;
  bool json = false;
};

int adopt(const Flags& flags, Output& out) {
  const auto from = store_id_of("--from", flags.from);
  const auto by = store_id_of("--by", flags.by);
  if (from == by) throw CLI::ValidationError("--by", "--from and --by name the same store");
  postgres::Connection connection(as_target(flags.url), {.writes = true});
  connection.limit_waiting();
  postgres::use_schema(connection, flags.schema);
  const auto rows = apply::adopt(connection, from, by);
  if (flags.json) {
    out.write_json(nlohmann::json({{"rows", rows}}));
  } else if (rows > 0) {
    out.say("{} of store {} now belong to store {}\n", counted(rows, "row", "rows"),
            base::to_string(from), base::to_string(by));
  }
  if (rows > 0) return kDone;
  out.complain(
      "no row in the central database belongs to store {}; nothing was "
      "changed",
      base::to_string(from));
  return kFailed;
}

class Adopt final : public Command {
 public:
  explicit Adopt(CLI::App* options) : Command(options) {
    auto* from = options->add_option("--from", flags_.from, "Store that owns the rows now")
                     ->type_name("STORE_ID")
                     ->configurable(false);
    auto* by = options->add_option("--by", flags_.by, "Store that gets the rows")
                   ->type_name("STORE_ID")
                   ->configurable(false);
    auto* target = add_target(*options, flags_.url);
    add_schema(*options, flags_.schema);
    add_json(*options, flags_.json);
    options->footer(
        "A row of the central database belongs to the store that brought it first, and no\n"
        "other store can change it. Use this for a store that was created anew from the rows\n"
        "of another one. A file that was copied or moved keeps its store id and needs\n"
        "nothing. Exits with 1 if the central database has no rows of the store.\n\n"
        "Example:\n"
        "  edo-replicator adopt --from 01890a5d-ac96-774b-bcce-b302099a8057 \\\n"
        "      --by 01890a5d-ac96-774b-bcce-b302099a8058 --to "
        "postgresql://applier@db.example.com/telemetry");
    require({from, by, target});
  }

  int run(Output& out) override { return adopt(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_adopt(CLI::App& program) {
  return std::make_unique<Adopt>(
      program.add_subcommand("adopt", "Give the rows of one store to another"));
}

}  // namespace edo::cli
