// edo-replicator requeue: tries again what the centre had to set aside.
#include "replicator/apply/requeue.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "replicator/cli/command.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/postgres/migrations.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::string url;
  std::string schema;
  std::string replay;
  bool json = false;
};

int requeue(const Flags& flags) {
  postgres::Connection connection(as_target(flags.url), {.writes = true});
  postgres::use_schema(connection, flags.schema);
  std::int64_t replayed = 0;
  if (!flags.replay.empty()) {
    replayed = apply::replay(connection, pause_of("--replay", flags.replay));
  }
  const auto done = apply::requeue(connection);
  if (flags.json) {
    say_json(nlohmann::json({{"applied", done.applied},
                             {"superseded", done.superseded},
                             {"refused", done.refused},
                             {"batches", done.batches},
                             {"replayed", replayed}}));
  } else {
    say("{} applied, {} superseded, {} refused again; {} for apply\n",
        counted(done.applied, "dead letter", "dead letters"), grouped(done.superseded),
        grouped(done.refused), counted(done.batches + replayed, "batch waits", "batches wait"));
  }
  if (done.refused == 0) return kDone;
  complain(
      "edo-replicator requeue: {} refused again; see the errors in {}.replication_dead_letters, "
      "correct the rows in their stores or the central tables, then requeue",
      counted(done.refused, "row is", "rows are"), flags.schema);
  return kFailed;
}

}  // namespace

Command add_requeue(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  auto* app = program.add_subcommand("requeue", "Apply dead letters and failed batches again");
  auto* target = add_target(*app, flags->url);
  add_schema(*app, flags->schema);
  app->add_option(
         "--replay", flags->replay,
         "Also apply the inbox's batches of this last duration again, if they are still kept")
      ->type_name("DURATION");
  app->add_flag("--json", flags->json, "Print one JSON object");
  app->footer(
      "Exits with 1 if rows are refused again. A row that was corrected in its store needs\n"
      "no requeue: its new version is shipped, and its dead letter is removed.\n\n"
      "Example:\n"
      "  edo-replicator requeue --to postgresql://applier@db.example.com/telemetry");
  return {app, [flags] { return requeue(*flags); }, {target}};
}

}  // namespace edo::cli
