// edo-replicator export: what is in the stores' outboxes, into files.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/progress.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/daemon/exporting.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::vector<std::string> stores;
  std::string directory;
  std::int64_t batch_rows = source::SliceLimits{}.lines;
  int level = batch::EncodeOptions{}.level;
  bool trim = false;
  bool json = false;
};

nlohmann::json as_json(const std::string& store, const daemon::Exported& exported) {
  return {{"store", store},
          {"finished", exported.progress.finished},
          {"changes", exported.progress.changes},
          {"rows", exported.progress.rows},
          {"files", exported.progress.batches},
          {"bytes", exported.bytes},
          {"trimmed", exported.trimmed},
          {"files_removed", exported.acknowledged},
          {"seconds", std::chrono::duration<double>(exported.progress.elapsed).count()}};
}

std::string text(const daemon::Exported& exported) {
  std::string what = "nothing to export";
  if (exported.progress.changes > 0) {
    what = fmt::format("{} of {} in {}, {}",
                       rows_text(static_cast<std::int64_t>(exported.progress.rows)),
                       counted(exported.progress.changes, "change", "changes"),
                       counted(exported.progress.batches, "file", "files"),
                       bytes_text(static_cast<double>(exported.bytes)));
  }
  if (exported.acknowledged > 0) {
    what +=
        fmt::format("; {} removed after import", counted(exported.acknowledged, "file", "files"));
  }
  return what;
}

int run(const Flags& flags) {
  daemon::Stop stop;
  daemon::stop_on_signals(stop);
  sinks::Directory directory(flags.directory);
  ProgressLine line;
  auto answer = nlohmann::json::array();
  int code = kDone;
  for (const auto& store : stores_in(flags.stores)) {
    daemon::ExportOptions options;
    options.limits.lines = flags.batch_rows;
    options.encode.level = flags.level;
    options.trim = flags.trim;
    options.on_progress = [&](const daemon::Progress& progress) { line.show(store, progress); };
    try {
      const auto exported = daemon::export_store(store, directory, options, stop);
      line.clear();
      answer.push_back(as_json(store, exported));
      if (!flags.json) say("{}: {}\n", store, text(exported));
      if (exported.progress.finished) continue;
      complain("edo-replicator export: stopped before {} was finished; run again", store);
      code = kFailed;
      break;
    } catch (const Error& error) {
      line.clear();
      complain("edo-replicator export: {}", error.what());
      answer.push_back({{"store", store},
                        {"finished", false},
                        {"error", {{"kind", to_string(error.kind())}, {"message", error.what()}}}});
      code = kFailed;
      // The next store would find no space either.
      if (error.kind() == ErrorKind::full) break;
    }
  }
  if (flags.json) say_json(nlohmann::json({{"stores", answer}}));
  return code;
}

}  // namespace

Command add_export(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  auto* app = program.add_subcommand("export", "Write pending changes into batch files");
  auto* stores = add_stores(*app, flags->stores);
  auto* directory =
      app->add_option("--dir", flags->directory, "Directory for the files; it must exist")
          ->type_name("DIR");
  app->add_option("--batch-rows", flags->batch_rows, "Changes in one file at most")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000}))
      ->type_name("N")
      ->capture_default_str();
  app->add_option("--zstd-level", flags->level, "zstd compression level: 1 is fastest, 19 smallest")
      ->check(CLI::Range(1, 19))
      ->type_name("N")
      ->capture_default_str();
  app->add_flag("--trim", flags->trim, "Trim changes as soon as their file is on the disk");
  app->add_flag("--json", flags->json, "Print the summary as JSON");
  app->footer(
      "Continues after the files that exist already. Changes stay in the store until the\n"
      "files have been imported and the directory comes back with the receipt: the next\n"
      "export then trims the store and removes these files. With --trim the files are the\n"
      "only copy, so use a medium that you trust.\n\n"
      "Example:\n"
      "  edo-replicator export --store telemetry.db --dir /media/stick");
  return {app, [flags] { return run(*flags); }, {stores, directory}};
}

}  // namespace edo::cli
