// edo-replicator run: ships stores, once or continuously.
#include "tools/edo-replicator/run.hpp"
#include "tools/program/signals.hpp"

#include <spdlog/spdlog.h>

#include "replicator/sinks/direct.hpp"
#include "replicator/sinks/inbox.hpp"
#include "tools/edo-replicator/commands.hpp"

namespace edo::cli {

std::unique_ptr<sinks::Sink> make_sink(const RunFlags& flags, const shipping::Stop& stop) {
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

std::optional<shipping::MaintenanceOptions> maintenance_of(const RunFlags& flags) {
  if (flags.via != "direct") return std::nullopt;
  return shipping::MaintenanceOptions{as_target(flags.url), flags.schema};
}

namespace {

class Run final : public Command {
 public:
  explicit Run(CLI::App* options) : Command(options) {
    auto* stores = add_stores(*options, flags_.stores);
    auto* target = add_target(*options, flags_.url);
    add_schema(*options, flags_.schema);
    options
        ->add_option("--via", flags_.via,
                     "direct writes the central tables; inbox leaves compressed batches for "
                     "edo-replicator apply")
        ->check(CLI::IsMember({"direct", "inbox"}))
        ->capture_default_str();
    auto* once = options->add_flag("--once", flags_.once, "Ship the pending changes, then exit")
                     ->configurable(false);
    options
        ->add_option("--time-budget", flags_.time_budget,
                     "With --once: exit after this time, shipped or not (exit code 75)")
        ->type_name("DURATION")
        ->needs(once);
    options->add_option("--interval", flags_.interval, "Without --once: pause between two cycles")
        ->capture_default_str()
        ->type_name("DURATION")
        ->excludes(once);
    options
        ->add_option("--heartbeat", flags_.heartbeat,
                     "Without --once: how often an idle store sends a heartbeat")
        ->capture_default_str()
        ->type_name("DURATION")
        ->excludes(once);
    options
        ->add_option("--store-time-limit", flags_.store_time_limit,
                     "How long a store may make no progress, and may ship while others\n"
                     "wait")
        ->capture_default_str()
        ->type_name("DURATION");
    options->add_option("--batch-changes", flags_.batch_changes, "Changes in one batch at most")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000}))
        ->type_name("N")
        ->capture_default_str();
    options
        ->add_option("--zstd-level", flags_.zstd_level, "Compression level of batches for an inbox")
        ->check(CLI::Range(1, 19))
        ->type_name("N")
        ->capture_default_str();
    options
        ->add_option("--retry-attempts", flags_.retry_attempts,
                     "Retries after a failure; default: 3 with --once, else no limit")
        ->check(CLI::Range(0, 1'000'000))
        ->type_name("N");
    options
        ->add_option("--retry-delay", flags_.retry_delay,
                     "First backoff after a failure at most; it grows to a minute")
        ->capture_default_str()
        ->type_name("DURATION");
    options
        ->add_option("--metrics", flags_.metrics,
                     "Without --once: serve /metrics (Prometheus) and /healthz there")
        ->type_name("HOST:PORT")
        ->excludes(once);
    add_json(*options, flags_.json, "one JSON object; only with --once")->needs(once);
    options->parse_complete_callback([this] { given_ = flags_; });
    options->footer(
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
    require({stores, target});
  }

  int run(Output& out) override {
    shipping::Stop stop;
    StopSignals signals(stop);
    if (flags_.once) return run_once(flags_, stop, out);
    signals.reload_on_hangup();
    return run_daemon(flags_, given_, config(), stop);
  }

 private:
  RunFlags flags_;
  RunFlags given_;  // without what the configuration file says
};

}  // namespace

std::unique_ptr<Command> add_run(CLI::App& program) {
  return std::make_unique<Run>(
      program.add_subcommand("run", "Ship stores to the central database"));
}

}  // namespace edo::cli
