// edo-replicator run: ships what is in the stores' outboxes, once or for ever.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/progress.hpp"
#include "replicator/daemon/loop.hpp"
#include "replicator/sinks/direct.hpp"

namespace edo::cli {
namespace {

struct Flags {
  std::vector<std::string> stores;
  std::string url;
  std::string schema;
  std::string via = "direct";
  bool once = false;
  std::string interval;
  std::int64_t batch_rows = source::SliceLimits{}.lines;
  bool json = false;
};

nlohmann::json as_json(const std::string& store, const daemon::Progress& progress) {
  return {{"store", store},
          {"finished", progress.finished},
          {"changes", progress.changes},
          {"rows", progress.rows},
          {"inserted", progress.inserted},
          {"updated", progress.updated},
          {"unchanged", progress.unchanged},
          {"batches", progress.batches},
          {"bytes", progress.bytes},
          {"seconds", std::chrono::duration<double>(progress.elapsed).count()}};
}

// Whether the next store would meet the same failure.
bool is_of_the_centre(const Error& error) {
  return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::in_doubt ||
         error.kind() == ErrorKind::denied;
}

int run_once(const Flags& flags, sinks::Sink& sink, const daemon::Stop& stop) {
  sink.prepare();
  ProgressLine line;
  auto answer = nlohmann::json::array();
  int code = kDone;
  for (const auto& store : flags.stores) {
    daemon::CycleOptions options;
    options.limits.lines = flags.batch_rows;
    options.on_progress = [&](const daemon::Progress& progress) { line.show(store, progress); };
    try {
      const auto progress = daemon::ship_store(store, sink, options, stop);
      line.clear();
      answer.push_back(as_json(store, progress));
      if (!flags.json) fmt::print("{}: {}\n", store, summary(progress));
      if (progress.finished) continue;
      fmt::print(stderr, "edo-replicator run: stopped before {} was finished; run again\n", store);
      code = kFailed;
      break;
    } catch (const Error& error) {
      line.clear();
      fmt::print(stderr, "edo-replicator run: {}\n", error.what());
      answer.push_back({{"store", store},
                        {"finished", false},
                        {"error", {{"kind", to_string(error.kind())}, {"message", error.what()}}}});
      code = kFailed;
      if (is_of_the_centre(error)) break;
    }
  }
  if (flags.json) fmt::print("{}\n", nlohmann::json({{"stores", answer}}).dump());
  return code;
}

int run_for_ever(const Flags& flags, sinks::Sink& sink, std::chrono::milliseconds interval,
                 const daemon::Stop& stop) {
  std::map<std::string, std::string> told;  // the last error of each subject
  daemon::LoopEvents events;
  events.on_cycle = [&](const std::string& store, const daemon::Progress& progress) {
    told.erase("");
    if (told.erase(store) > 0) spdlog::info("{}: works again", store);
    if (progress.changes > 0) spdlog::info("{}: shipped {}", store, summary(progress));
  };
  events.on_error = [&](const std::string& subject, const Error& error,
                        std::chrono::milliseconds pause) {
    // A centre that is away for a night is one line in the log, not a thousand.
    if (std::exchange(told[subject], error.what()) == error.what()) return;
    spdlog::warn("{}; trying again in {} ms and as long as it takes", error.what(), pause.count());
  };
  daemon::CycleOptions options;
  options.limits.lines = flags.batch_rows;
  spdlog::info("shipping {} every {}", fmt::join(flags.stores, ", "), flags.interval);
  daemon::ship_for_ever(flags.stores, sink, interval, options, events, stop);
  spdlog::info("stopped");
  return kDone;
}

int run(const Flags& flags) {
  const postgres::Target target = as_target(flags.url);
  std::chrono::milliseconds interval{0};
  if (!flags.once) {
    const auto span = base::parse_duration(flags.interval);
    if (!span || *span < 1000) {
      throw CLI::ValidationError("--interval",
                                 "\"" + flags.interval + "\" is no span such as 5s or 1m");
    }
    interval = std::chrono::milliseconds(*span / 1000);
  }
  daemon::Stop stop;
  daemon::stop_on_signals(stop);
  postgres::ConnectOptions connect;
  connect.stop_descriptor = stop.descriptor();
  sinks::DirectSink sink(target, flags.schema, connect);
  return flags.once ? run_once(flags, sink, stop) : run_for_ever(flags, sink, interval, stop);
}

}  // namespace

Command add_run(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  auto* app = program.add_subcommand("run", "Ship what the stores hold to the centre");
  add_stores(*app, flags->stores);
  add_target(*app, flags->url)->required();
  add_schema(*app, flags->schema);
  app->add_option("--via", flags->via, "How: direct writes the central tables")
      ->check(CLI::IsMember({"direct"}))
      ->capture_default_str();
  auto* once = app->add_flag("--once", flags->once, "Ship what is there now, then end");
  flags->interval = "5s";
  app->add_option("--interval", flags->interval, "Without --once: pause between two cycles")
      ->capture_default_str()
      ->type_name("SPAN")
      ->excludes(once);
  app->add_option("--batch-rows", flags->batch_rows, "Changes in one batch, at most")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}))
      ->type_name("N")
      ->capture_default_str();
  app->add_flag("--json", flags->json, "With --once: the summary as JSON");
  app->footer(
      "With --once it ends with 0 when everything that was pending is at the centre. Otherwise it\n"
      "runs until SIGTERM or SIGINT and tries again for ever when the centre cannot be reached.\n"
      "Stopping or killing it at any moment loses nothing.\n\n"
      "Example:\n"
      "  edo-replicator run --store telemetry.db --to postgresql://edge@db.example.com/telemetry "
      "--once");
  return {app, [flags] { return run(*flags); }};
}

}  // namespace edo::cli
