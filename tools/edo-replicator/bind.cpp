// edo-replicator bind: binds a store to a login, in the central database.
#include "replicator/apply/bind.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "edo/error.hpp"
#include "replicator/postgres/migrations.hpp"
#include "tools/edo-replicator/commands.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::string store;
  std::string login;
  std::string url;
  std::string schema;
  bool json = false;
};

int bind(const Flags& flags, Output& out) {
  const auto store = store_id_of("--store", flags.store);
  postgres::Connection connection(as_target(flags.url), {.writes = true});
  connection.limit_waiting();
  postgres::use_schema(connection, flags.schema);
  const auto before = apply::bind(connection, store, flags.login);
  if (flags.json) {
    nlohmann::json answer = {{"login", flags.login}, {"before", nullptr}};
    if (before) answer["before"] = *before;
    out.write_json(answer);
  } else {
    out.say("{} posts for store {}; before: {}\n", one_line(flags.login), base::to_string(store),
            before ? one_line(*before) : "nobody");
  }
  return kDone;
}

class Bind final : public Command {
 public:
  explicit Bind(CLI::App* options) : Command(options) {
    auto* store = options->add_option("--store", flags_.store, "Store whose batches are posted")
                      ->type_name("STORE_ID")
                      ->configurable(false);
    auto* login =
        options->add_option("--login", flags_.login, "Login, or a role whose members may post them")
            ->type_name("NAME")
            ->configurable(false);
    auto* target = add_target(*options, flags_.url);
    add_schema(*options, flags_.schema);
    add_json(*options, flags_.json);
    options->footer(
        "The first login that posts batches of a store to the inbox is the only one that may\n"
        "post them. Use this for a machine with a new login, for a store that moved to\n"
        "another machine, or for a store that did not come through the inbox before. One role\n"
        "may own the stores of a whole fleet.\n\n"
        "Example:\n"
        "  edo-replicator bind --store 01890a5d-ac96-774b-bcce-b302099a8057 --login shop_7 \\\n"
        "      --to postgresql://applier@db.example.com/telemetry");
    require({store, login, target});
  }

  int run(Output& out) override { return bind(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_bind(CLI::App& program) {
  return std::make_unique<Bind>(
      program.add_subcommand("bind", "Set the login that posts a store's batches"));
}

}  // namespace edo::cli
