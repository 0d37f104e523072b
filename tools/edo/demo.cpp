// edo demo: fills a store with a day of a sample host, or records it live.
#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "examples/order_host.hpp"
#include "replicator/ship/stop.hpp"
#include "tools/edo/commands.hpp"
#include "tools/program/progress.hpp"
#include "tools/program/signals.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

class Demo final : public Command {
 public:
  explicit Demo(CLI::App* options) : Command(options) {
    add_store_option(*options, store_);
    auto* invocations = options->add_option("--invocations", invocations_, "Number of invocations")
                            ->type_name("N")
                            ->capture_default_str();
    invocations->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}).description(""));
    options->add_option("--seed", seed_, "Random seed; the same seed records the same rows")
        ->type_name("S")
        ->capture_default_str();
    options
        ->add_flag("--live", live_,
                   "Record a few slow invocations a minute from now on, until SIGTERM or SIGINT")
        ->excludes(invocations);
    add_json(*options, json_, "one JSON object with the counts");
    options->footer(
        "The sample host handles Hasura events of a web shop: it detects events, runs jobs,\n"
        "logs, fails and triggers further invocations. The command adds to the store, and\n"
        "creates it if needed.\n\n"
        "Examples:\n"
        "  edo demo --store demo.db --invocations 500\n"
        "  edo demo --store demo.db --live");
  }

  int run(Output& out) override {
    const examples::DemoSummary summary = live_ ? record_live() : record_day(out);
    if (json_) {
      const nlohmann::ordered_json result = {
          {"store", store_},
          {"invocations", summary.invocations},
          {"events", summary.events},
          {"jobs", summary.jobs},
          {"logs", summary.logs},
          {"failed_invocations", summary.failed_invocations},
          {"failed_invocation_id", summary.failed_invocation_id},
      };
      out.write_json(result);
      return kDone;
    }
    const std::string store = printable(store_);
    out.say(
        "Recorded {} invocations, {} of them failed, with {} events, {} jobs and {} "
        "log lines in {}.\n",
        summary.invocations, summary.failed_invocations, summary.events, summary.jobs, summary.logs,
        store);
    out.write("\nNext:\n");
    out.say("  edo ls invocations --status failed --store {}\n", store);
    if (!summary.failed_invocation_id.empty()) {
      out.say("  edo show {} --store {}\n", summary.failed_invocation_id, store);
    }
    out.say("  edo sql 'SELECT * FROM dashboard_stats' --store {}\n", store);
    return kDone;
  }

 private:
  [[nodiscard]] examples::DemoSummary record_day(Output& out) const {
    ProgressBar progress("invocations", out);
    return examples::run_order_host({.store = store_,
                                     .invocations = invocations_,
                                     .seed = seed_,
                                     .progress = std::ref(progress)});
  }

  [[nodiscard]] examples::DemoSummary record_live() const {
    shipping::Stop stop;
    const StopSignals signals(stop);
    return examples::run_order_host(
        {.store = store_, .seed = seed_, .wait = [&](auto span) { return stop.wait_for(span); }});
  }

  std::string store_ = kDefaultStore;
  std::size_t invocations_ = 200;
  std::uint64_t seed_ = 1;
  bool live_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_demo(CLI::App& program) {
  return std::make_unique<Demo>(
      program.add_subcommand("demo", "Record a sample host")->group(kMakeGroup));
}

}  // namespace edo::cli
