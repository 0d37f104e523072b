// edo-replicator import: loads exported files into the central database.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "edo/error.hpp"
#include "replicator/ship/importing.hpp"
#include "replicator/sinks/direct.hpp"
#include "tools/edo-replicator/commands.hpp"
#include "tools/edo-replicator/progress.hpp"
#include "tools/program/signals.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::string directory;
  std::string url;
  std::string schema;
  bool json = false;
};

nlohmann::json as_json(const std::vector<shipping::Changes>& ranges) {
  auto list = nlohmann::json::array();
  for (const auto& range : ranges) {
    list.push_back({{"store_id", base::to_string(range.store_id)},
                    {"first_seq", range.first_seq},
                    {"last_seq", range.last_seq}});
  }
  return list;
}

nlohmann::json as_json(const std::string& directory, const shipping::Imported& imported) {
  auto skipped = nlohmann::json::array();
  for (const auto& [file, error] : imported.skipped) {
    skipped.push_back({{"file", file}, {"error", error}});
  }
  const auto& progress = imported.progress;
  return {{"directory", directory},
          {"finished", progress.finished},
          {"files", progress.batches},
          {"rows", progress.rows},
          {"inserted", progress.inserted},
          {"updated", progress.updated},
          {"unchanged", progress.unchanged},
          {"dead_letters", progress.dead},
          {"skipped", skipped},
          {"gaps", as_json(imported.gaps)},
          {"lost", as_json(imported.lost)},
          {"seconds", std::chrono::duration<double>(progress.elapsed).count()}};
}

int import_directory(const Flags& flags, Output& out) {
  const postgres::Target target = as_target(flags.url);
  shipping::Stop stop;
  const StopSignals signals(stop);
  postgres::ConnectOptions connect;
  connect.stop_descriptor = stop.descriptor();
  sinks::DirectSink sink(target, flags.schema, connect, "file");
  sinks::Directory directory(flags.directory);
  ShipProgress line(out);
  shipping::ImportOptions options;
  options.on_progress = [&](const shipping::Progress& progress) {
    line.show(flags.directory, progress);
  };
  const auto imported = shipping::import_directory(directory, sink, options, stop);
  line.clear();
  if (flags.json) {
    out.write_json(as_json(flags.directory, imported));
  } else {
    out.say("{}: {}\n", flags.directory,
            imported.progress.batches > 0 ? summary(imported.progress) : "nothing to import");
  }
  for (const auto& gap : imported.gaps) {
    out.complain(
        "no file has changes {} to {} of store {}; if they did not reach "
        "the central database in another way, export again",
        gap.first_seq, gap.last_seq, base::to_string(gap.store_id));
  }
  for (const auto& lost : imported.lost) {
    out.complain(
        "the central database no longer has changes {} to {} of store {}, "
        "which were imported before: it was restored or replaced; run edo-replicator reship "
        "--store FILE at the edge, then export and import",
        lost.first_seq, lost.last_seq, base::to_string(lost.store_id));
  }
  for (const auto& skipped : imported.skipped) {
    out.complain("skipped {}", skipped.error);
  }
  const auto& progress = imported.progress;
  if (progress.dead > 0) {
    out.complain(
        "{}: the central database refused {} and keeps them as dead "
        "letters; see edo-replicator status --to, then requeue",
        flags.directory, rows_text(static_cast<std::int64_t>(progress.dead)));
  }
  if (!progress.finished) {
    out.complain("stopped before {} was finished; run again", flags.directory);
  }
  const bool all_well =
      progress.finished && progress.dead == 0 && imported.skipped.empty() && imported.lost.empty();
  return all_well ? kDone : kFailed;
}

class Import final : public Command {
 public:
  explicit Import(CLI::App* options) : Command(options) {
    auto* directory = options->add_option("--dir", flags_.directory, "Directory with the files")
                          ->type_name("DIR");
    auto* target = add_target(*options, flags_.url);
    add_schema(*options, flags_.schema);
    add_json(*options, flags_.json);
    options->footer(
        "The files stay, and the import writes a receipt for each store beside them: bring\n"
        "the directory back, and the next export trims the store. Importing twice changes\n"
        "nothing. Files that cannot be read are reported and skipped, and rows that the\n"
        "central database refuses become dead letters. The command also reports changes that\n"
        "were imported before and that the central database no longer has. Each of these\n"
        "exits with 1.\n\n"
        "Example:\n"
        "  edo-replicator import --dir /media/stick --to "
        "postgresql://edge@db.example.com/telemetry");
    require({directory, target});
  }

  int run(Output& out) override { return import_directory(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_import(CLI::App& program) {
  return std::make_unique<Import>(
      program.add_subcommand("import", "Load exported files into the central database"));
}

}  // namespace edo::cli
