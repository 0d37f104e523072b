// edo-replicator reship: requests that rows are sent again.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "edo/error.hpp"
#include "replicator/source/source.hpp"
#include "tools/edo-replicator/commands.hpp"

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

// Replaces a running healing, but keeps the gap that it has to close. When all rows are sent again,
// the gap is everything up to the watermark.
void ask(const std::string& store, const Flags& flags, base::Micros now) {
  source::Source source(store);
  Healing asked;
  asked.after_seq = asked.until_seq = source.outbox().watermark();
  if (const auto before = source.central_record().healing()) asked = *before;
  asked.began_at = base::format_timestamp(now);
  asked.only_lacking = !flags.all && flags.since.empty();
  asked.since.reset();
  if (flags.since.empty()) {
    asked.after_seq = 0;
  } else {
    asked.since = base::format_timestamp(time_of("--since", flags.since, now));
  }
  source.central_record().begin(asked, std::nullopt, std::nullopt);
}

int reship(const Flags& flags, Output& out) {
  const base::Micros now = base::Clock::system().now();
  auto answer = nlohmann::json::array();
  for (const auto& store : stores_in(flags.stores)) {
    ask(store, flags, now);
    answer.push_back({{"store", store}});
    if (!flags.json) out.say("{}: the next edo-replicator run or export sends the rows\n", store);
  }
  if (flags.json) out.write_json(nlohmann::json({{"stores", answer}}));
  return kDone;
}

class Reship final : public Command {
 public:
  explicit Reship(CLI::App* options) : Command(options) {
    auto* stores = add_stores(*options, flags_.stores);
    auto* since = options->add_option("--since", flags_.since,
                                      "Only rows started or changed within this duration (2d), or\n"
                                      "since this time in UTC (2026-10-18)");
    since->type_name("DURATION|TIME");
    options->add_flag("--all", flags_.all, "All rows of the store")->excludes(since);
    add_json(*options, flags_.json);
    options->footer(
        "Only stores the request: the next edo-replicator run or export, or the one that is\n"
        "running, sends the rows, some ten thousand at a time. Without --since and --all,\n"
        "each row is compared with the central database, and missing or different rows are\n"
        "sent; --via inbox and export cannot compare, and send all rows. After a restore or a\n"
        "failover, run does this without a request, and import reports when it is needed.\n\n"
        "Example:\n"
        "  edo-replicator reship --store telemetry.db --since 2d");
    require({stores});
  }

  int run(Output& out) override { return reship(flags_, out); }

 private:
  Flags flags_;
};

}  // namespace

std::unique_ptr<Command> add_reship(CLI::App& program) {
  return std::make_unique<Reship>(
      program.add_subcommand("reship", "Send rows again that were shipped before"));
}

}  // namespace edo::cli
