// edo-replicator run: ships what is in the stores' outboxes, once or for ever.
#include "replicator/cli/run.hpp"

#include <spdlog/spdlog.h>

#include "replicator/cli/command.hpp"
#include "replicator/sinks/direct.hpp"
#include "replicator/sinks/inbox.hpp"

namespace edo::cli {

std::unique_ptr<sinks::Sink> make_sink(const RunFlags& flags, const daemon::Stop& stop) {
  postgres::ConnectOptions connect;
  connect.stop_descriptor = stop.descriptor();
  connect.on_silence = [](const std::string& words) { spdlog::warn("{}", words); };
  const postgres::Target target = as_target(flags.url);
  if (flags.via == "inbox") {
    return std::make_unique<sinks::InboxSink>(target, flags.schema,
                                              batch::EncodeOptions{flags.zstd_level}, connect);
  }
  return std::make_unique<sinks::DirectSink>(target, flags.schema, connect);
}

std::optional<daemon::UpkeepOptions> upkeep_of(const RunFlags& flags) {
  if (flags.via != "direct") return std::nullopt;
  return daemon::UpkeepOptions{as_target(flags.url), flags.schema};
}

namespace {

int run(RunFlags& flags, const RunFlags& given, Config& config) {
  daemon::Stop stop;
  daemon::stop_on_signals(stop);
  if (!flags.once) {
    daemon::reload_on_hangup();
    return run_for_ever(flags, given, config, stop);
  }
  return run_once(flags, stop);
}

}  // namespace

Command add_run(CLI::App& program) {
  const auto flags =
      std::make_shared<RunFlags>();  // lives as long as the command that refers to it
  const auto given = std::make_shared<RunFlags>();  // without what the configuration file says
  auto* app = program.add_subcommand("run", "Ship stores to the central database");
  auto* stores = add_stores(*app, flags->stores);
  auto* target = add_target(*app, flags->url);
  add_schema(*app, flags->schema);
  app->add_option("--via", flags->via,
                  "direct writes the central tables; inbox leaves compressed batches for "
                  "edo-replicator apply")
      ->check(CLI::IsMember({"direct", "inbox"}))
      ->capture_default_str();
  auto* once = app->add_flag("--once", flags->once, "Ship the pending changes, then exit")
                   ->configurable(false);
  app->add_option("--time-budget", flags->time_budget,
                  "With --once: exit after this time, shipped or not (exit code 75)")
      ->type_name("DURATION")
      ->needs(once);
  app->add_option("--interval", flags->interval, "Without --once: pause between two cycles")
      ->capture_default_str()
      ->type_name("DURATION")
      ->excludes(once);
  app->add_option("--heartbeat", flags->heartbeat,
                  "Without --once: how often an idle store sends a heartbeat")
      ->capture_default_str()
      ->type_name("DURATION")
      ->excludes(once);
  app->add_option("--store-patience", flags->store_patience,
                  "How long a store may make no progress, and may ship while others\n"
                  "wait")
      ->capture_default_str()
      ->type_name("DURATION");
  app->add_option("--batch-rows", flags->batch_rows, "Changes in one batch at most")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000}))
      ->type_name("N")
      ->capture_default_str();
  app->add_option("--zstd-level", flags->zstd_level, "Compression level of batches for an inbox")
      ->check(CLI::Range(1, 19))
      ->type_name("N")
      ->capture_default_str();
  app->add_option("--retry-attempts", flags->retry_attempts,
                  "Retries after a failure; default: 3 with --once, else no limit")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("N");
  app->add_option("--retry-delay", flags->retry_delay,
                  "First backoff after a failure at most; it grows to a minute")
      ->capture_default_str()
      ->type_name("DURATION");
  app->add_option("--metrics", flags->metrics,
                  "Without --once: serve /metrics (Prometheus) and /healthz there")
      ->type_name("HOST:PORT")
      ->excludes(once);
  app->add_flag("--json", flags->json, "With --once: print the summary as JSON")->needs(once);
  app->parse_complete_callback([flags, given] { *given = *flags; });
  app->footer(
      "With --once it exits with 0 when all pending changes have reached the central\n"
      "database, and with 75 when it should run again later because the time budget was\n"
      "spent or another replicator ships the store. Otherwise it runs until SIGTERM or\n"
      "SIGINT, reads --config again on SIGHUP, and retries without end when the central\n"
      "database is unreachable. A folder stands for the *.db files in it; new files are\n"
      "found while it runs. Stopping or killing it at any time loses nothing.\n\n"
      "Examples:\n"
      "  edo-replicator run --store telemetry.db --to postgresql://edge@db.example.com/telemetry "
      "--once\n"
      "  edo-replicator run --config /etc/edo/replicator.toml --via inbox");
  Command command{app, {}, {stores, target}};
  command.run = [flags, given, config = command.config] { return run(*flags, *given, *config); };
  return command;
}

}  // namespace edo::cli
