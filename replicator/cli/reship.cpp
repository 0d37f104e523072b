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

// Replaces what is under way, but for the gap that is to be closed in the end. When all that the
// store has is sent again, that is everything up to the watermark.
void ask(const std::string& store, const Flags& flags, base::Micros now) {
  source::Source source(store);
  Healing asked;
  asked.after_seq = asked.until_seq = source.outbox().watermark();
  if (const auto before = source.centre().healing()) asked = *before;
  asked.began_at = base::format_timestamp(now);
  asked.only_lacking = !flags.all && flags.since.empty();
  asked.since.reset();
  if (flags.since.empty()) {
    asked.after_seq = 0;
  } else {
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
    if (!flags.json) say("{}: the next edo-replicator run or export sends the rows\n", store);
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
                                "Only rows started or changed within this duration (2d), or\n"
                                "since this time in UTC (2026-10-18)");
  since->type_name("DURATION|TIME");
  app->add_flag("--all", flags->all, "All rows of the store")->excludes(since);
  app->add_flag("--json", flags->json, "Print one JSON object");
  app->footer(
      "Only stores the request: the next edo-replicator run or export, or the one that is\n"
      "running, sends the rows, some ten thousand at a time. Without --since and --all,\n"
      "each row is compared with the central database, and missing or different rows are\n"
      "sent; --via inbox and export cannot compare, and send all rows. After a restore or a\n"
      "failover, run does this without a request, and import reports when it is needed.\n\n"
      "Example:\n"
      "  edo-replicator reship --store telemetry.db --since 2d");
  return {app, [flags] { return reship(*flags); }, {stores}};
}

}  // namespace edo::cli
