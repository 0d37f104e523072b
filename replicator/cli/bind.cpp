// edo-replicator bind: says which login posts for a store, at the centre.
#include "replicator/apply/bind.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/postgres/migrations.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::string store;
  std::string login;
  std::string url;
  std::string schema;
  bool json = false;
};

int bind(const Flags& flags) {
  const auto store = store_id_of("--store", flags.store);
  postgres::Connection connection(as_target(flags.url), {.writes = true});
  connection.limit_waiting();
  postgres::use_schema(connection, flags.schema);
  const auto before = apply::bind(connection, store, flags.login);
  if (flags.json) {
    nlohmann::json answer = {{"login", flags.login}, {"before", nullptr}};
    if (before) answer["before"] = *before;
    say_json(answer);
  } else {
    say("{} posts for store {}; before: {}\n", plain(flags.login), base::to_string(store),
        before ? plain(*before) : "nobody");
  }
  return kDone;
}

}  // namespace

Command add_bind(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  auto* app = program.add_subcommand("bind", "Set the login that posts a store's batches");
  auto* store = app->add_option("--store", flags->store, "Store whose batches are posted")
                    ->type_name("STORE_ID")
                    ->configurable(false);
  auto* login =
      app->add_option("--login", flags->login, "Login, or a role whose members may post them")
          ->type_name("NAME")
          ->configurable(false);
  auto* target = add_target(*app, flags->url);
  add_schema(*app, flags->schema);
  app->add_flag("--json", flags->json, "Print one JSON object");
  app->footer(
      "The first login that posts batches of a store to the inbox is the only one that may\n"
      "post them. Use this for a machine with a new login, for a store that moved to\n"
      "another machine, or for a store that did not come through the inbox before. One role\n"
      "may own the stores of a whole fleet.\n\n"
      "Example:\n"
      "  edo-replicator bind --store 01890a5d-ac96-774b-bcce-b302099a8057 --login shop_7 \\\n"
      "      --to postgresql://applier@db.example.com/telemetry");
  return {app, [flags] { return bind(*flags); }, {store, login, target}};
}

}  // namespace edo::cli
