// edo-replicator requeue: applies dead letters and failed batches again.
#include "replicator/apply/requeue.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "replicator/postgres/migrations.hpp"
#include "tools/edo-replicator/commands.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::string url;
  std::string schema;
  std::string replay;
  bool json = false;
};

int requeue(const Flags& flags, Output& out) {
  postgres::Connection connection(as_target(flags.url), {.writes = true});
  postgres::use_schema(connection, flags.schema);
  std::int64_t replayed = 0;
  if (!flags.replay.empty()) {
    replayed = apply::replay(connection, pause_of("--replay", flags.replay));
  }
  const auto done = apply::requeue(connection);
  if (flags.json) {
    out.write_json(nlohmann::json({{"applied", done.applied},
                                   {"superseded", done.superseded},
                                   {"refused", done.refused},
                                   {"batches", done.batches},
                                   {"replayed", replayed}}));
  } else {
    out.say("{} applied, {} superseded, {} refused again; {} for apply\n",
            counted(done.applied, "dead letter", "dead letters"), grouped(done.superseded),
            grouped(done.refused), counted(done.batches + replayed, "batch waits", "batches wait"));
  }
  if (done.refused == 0) return kDone;
  out.complain(
      "{} refused again; see the errors in {}.replication_dead_letters, "
      "correct the rows in their stores or the central tables, then requeue",
      counted(done.refused, "row is", "rows are"), flags.schema);
  return kFailed;
}

class Requeue final : public Command {
 public:
  explicit Requeue(CLI::App* options) : Command(options) {
    auto* target = add_target(*options, flags_.url);
    add_schema(*options, flags_.schema);
    options
        ->add_option(
            "--replay", flags_.replay,
            "Also apply the inbox's batches of this last duration again, if they are still kept")
        ->type_name("DURATION");
    add_json(*options, flags_.json);
    options->footer(
        "Exits with 1 if rows are refused again. A row that was corrected in its store needs\n"
        "no requeue: its new version is shipped, and its dead letter is removed.\n\n"
        "Example:\n"
        "  edo-replicator requeue --to postgresql://applier@db.example.com/telemetry");
    require({target});
  }

  int run(Output& out) override { return requeue(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_requeue(CLI::App& program) {
  return std::make_unique<Requeue>(
      program.add_subcommand("requeue", "Apply dead letters and failed batches again"));
}

}  // namespace edo::cli
