// edo-replicator export: writes pending changes into batch files.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "edo/error.hpp"
#include "replicator/ship/exporting.hpp"
#include "tools/edo-replicator/commands.hpp"
#include "tools/edo-replicator/progress.hpp"
#include "tools/program/signals.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::vector<std::string> stores;
  std::string directory;
  std::int64_t batch_changes = source::SliceLimits{}.changes;
  int level = batch::EncodeOptions{}.level;
  bool trim = false;
  bool json = false;
};

nlohmann::json as_json(const std::string& store, const shipping::Exported& exported) {
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

std::string text(const shipping::Exported& exported) {
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

int export_stores(const Flags& flags, Output& out) {
  shipping::Stop stop;
  const StopSignals signals(stop);
  sinks::Directory directory(flags.directory);
  ShipProgress line(out);
  auto answer = nlohmann::json::array();
  int code = kDone;
  for (const auto& store : stores_in(flags.stores)) {
    shipping::ExportOptions options;
    options.limits.changes = flags.batch_changes;
    options.encode.level = flags.level;
    options.trim = flags.trim;
    options.on_progress = [&](const shipping::Progress& progress) { line.show(store, progress); };
    try {
      const auto exported = shipping::export_store(store, directory, options, stop);
      line.clear();
      answer.push_back(as_json(store, exported));
      if (!flags.json) out.say("{}: {}\n", store, text(exported));
      if (exported.progress.finished) continue;
      out.complain("stopped before {} was finished; run again", store);
      code = kFailed;
      break;
    } catch (const Error& error) {
      line.clear();
      out.complain("{}", error.what());
      answer.push_back({{"store", store},
                        {"finished", false},
                        {"error", {{"kind", to_string(error.kind())}, {"message", error.what()}}}});
      code = kFailed;
      // The next store would not have space either.
      if (error.kind() == ErrorKind::full) break;
    }
  }
  if (flags.json) out.write_json(nlohmann::json({{"stores", answer}}));
  return code;
}

class Export final : public Command {
 public:
  explicit Export(CLI::App* options) : Command(options) {
    auto* stores = add_stores(*options, flags_.stores);
    auto* directory =
        options->add_option("--dir", flags_.directory, "Directory for the files; it must exist")
            ->type_name("DIR");
    options->add_option("--batch-changes", flags_.batch_changes, "Changes in one file at most")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000}))
        ->type_name("N")
        ->capture_default_str();
    options
        ->add_option("--zstd-level", flags_.level,
                     "zstd compression level: 1 is fastest, 19 smallest")
        ->check(CLI::Range(1, 19))
        ->type_name("N")
        ->capture_default_str();
    options->add_flag("--trim", flags_.trim, "Trim changes as soon as their file is on the disk");
    add_json(*options, flags_.json);
    options->footer(
        "Continues after the files that exist already. Changes stay in the store until the\n"
        "files have been imported and the directory comes back with the receipt: the next\n"
        "export then trims the store and removes these files. With --trim the files are the\n"
        "only copy, so use a medium that you trust.\n\n"
        "Example:\n"
        "  edo-replicator export --store telemetry.db --dir /media/stick");
    require({stores, directory});
  }

  int run(Output& out) override { return export_stores(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_export(CLI::App& program) {
  return std::make_unique<Export>(
      program.add_subcommand("export", "Write pending changes into batch files"));
}

}  // namespace edo::cli
