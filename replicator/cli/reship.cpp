// edo-replicator reship: has a store send rows again that it has shipped before.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "replicator/cli/command.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/source/source.hpp"

namespace edo::cli {
namespace {

using tables::Healing;
using tables::HealingReason;

struct Flags {
  std::vector<std::string> stores;
  std::string since;
  bool all = false;
  bool json = false;
};

// Replaces what is under way, but for the gap that is to be closed in the end.
void ask(const std::string& store, const Flags& flags, base::Micros now) {
  source::Source source(store);
  Healing asked;
  asked.after_seq = asked.until_seq = source.outbox().watermark();
  if (const auto before = source.centre().healing()) asked = *before;
  asked.began_at = base::format_timestamp(now);
  asked.only_lacking = !flags.all && flags.since.empty();
  asked.since.reset();
  if (!flags.since.empty()) {
    asked.since = base::format_timestamp(time_of("--since", flags.since, now));
  }
  source.centre().begin(asked, std::nullopt, std::nullopt);
}

int reship(const Flags& flags) {
  const base::Micros now = base::Clock::system().now();
  auto answer = nlohmann::json::array();
  for (const auto& store : stores_in(flags.stores)) {
    ask(store, flags, now);
    answer.push_back({{"store", store}});
    if (!flags.json) say("{}: the next edo-replicator run sends the rows\n", store);
  }
  if (flags.json) say_json(nlohmann::json({{"stores", answer}}));
  return kDone;
}

}  // namespace

Command add_reship(CLI::App& program) {
  const auto flags = std::make_shared<Flags>();  // lives as long as the command that refers to it
  auto* app = program.add_subcommand("reship", "Send rows again that were shipped before");
  auto* stores = add_stores(*app, flags->stores);
  auto* since = app->add_option("--since", flags->since,
                                "What was started or changed since: a span until now (2d), or a\n"
                                "time in UTC (2026-10-18)");
  since->type_name("SPAN|TIME");
  app->add_flag("--all", flags->all, "All rows that the store has")->excludes(since);
  app->add_flag("--json", flags->json, "Answer as JSON");
  app->footer(
      "Only notes the wish: the next edo-replicator run, or the one that is running, sends the "
      "rows\n"
      "some ten thousand at a time. Without --since and --all it compares each row with the "
      "centre\n"
      "and sends those that are missing or different there; --via inbox cannot compare, and sends\n"
      "all. It is not needed after a restore or a failover: run finds that by itself.\n\n"
      "Example:\n"
      "  edo-replicator reship --store telemetry.db --since 2d");
  return {app, [flags] { return reship(*flags); }, {stores}};
}

}  // namespace edo::cli
