// edo prune: deletes old invocations with their events, jobs and log lines.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "storage/reserve.hpp"
#include "storage/space.hpp"
#include "storage/store.hpp"
#include "tables/outbox.hpp"
#include "tables/prune.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/rows.hpp"
#include "tools/edo/shrink.hpp"
#include "tools/program/numbers.hpp"
#include "tools/program/option_values.hpp"
#include "tools/program/progress.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Invocations that are found together, with one scan of the outbox.
constexpr std::uint64_t kFoundTogether = 10'000;
// A pause in which hosts can take the lock.
constexpr milliseconds kPause{1};
constexpr std::int64_t kChangesTogether = 5000;
// The file keeps this part of its used size free for new rows, so that it does not grow again at
// once.
constexpr std::uint64_t kPartKept = 10;
// Hosts come first; a busy host pauses sooner or later.
constexpr std::chrono::seconds kBusyTimeout{10};

struct Result {
  tables::Pruning::Rows rows{};
  std::uint64_t outbox_entries = 0;
  std::uint64_t unshipped = 0;  // invocations that stayed because they are pending
  std::int64_t freed_bytes = 0;
  std::uint64_t returned_bytes = 0;  // by how much the file became shorter
};

class Prune final : public Command {
 public:
  explicit Prune(CLI::App* options) : Command(options) {
    add_store_option(*options, store_);
    options
        ->add_option("--older-than", older_than_,
                     "Delete invocations that started longer ago (30d, 12h)\n"
                     "or before this time in UTC (2026-10-18)")
        ->type_name("DURATION|TIME");
    options
        ->add_option("--keep-failures", keep_failures_,
                     "Keep failed, timed out and crashed invocations for\nlonger (90d)")
        ->type_name("DURATION|TIME");
    options->add_flag("--dry-run", dry_run_, "Only count what would be deleted");
    options->add_flag("--force", force_, "Also delete what was not shipped");
    add_json(*options, json_);
    options->footer(
        "Deletes each invocation together with its events, jobs and logs. Events, jobs and\n"
        "logs without an invocation are deleted like a failed one of their age. Running\n"
        "invocations stay, and so do those that were not shipped to the central database yet.\n"
        "A store that was never shipped needs --force. Hosts continue to record, and the\n"
        "command can be stopped at any time. The file shrinks, except for a tenth that is\n"
        "left for new rows.\n\n"
        "Example:\n"
        "  edo prune --older-than 30d --keep-failures 90d --dry-run");
  }

  int run(Output& out) override {
    // The value may come from the file of --config.
    if (older_than_.empty()) throw UsageError("--older-than is missing: give a duration or a time");
    const base::Micros now = base::Clock::system().now();
    const base::Micros older = time_of("--older-than", older_than_, now);
    const base::Micros failures =
        keep_failures_.empty() ? older : time_of("--keep-failures", keep_failures_, now);
    if (failures > older) {
      throw UsageError(fmt::format("--keep-failures {} is shorter than --older-than {}",
                                   keep_failures_, older_than_));
    }
    storage::Database database = storage::open_store(
        store_, {.access = storage::Access::read_write, .busy_timeout = kBusyTimeout});
    tables::Pruning pruning({.older_than = base::format_timestamp(older),
                             .failures_older_than = base::format_timestamp(failures),
                             .unshipped_too = force_});
    refuse_if_never_shipped(database, pruning);
    const Result result = prune(database, pruning, out);
    json_ ? write_json(result, older, failures, out) : write_text(result, older, failures, out);
    return kDone;
  }

 private:
  // In a store that is never shipped everything is pending, and that is normal without a
  // replicator.
  void refuse_if_never_shipped(storage::Database& database, tables::Pruning& pruning) const {
    if (force_ || tables::Outbox(database).watermark() > 0) return;
    const auto old_enough = static_cast<std::int64_t>(pruning.old_enough(database));
    if (old_enough == 0) return;
    throw Error(ErrorKind::refused,
                fmt::format("prune {}: {} {} old enough, but this store was never shipped; without "
                            "a central database, use --force",
                            store_, grouped(old_enough),
                            old_enough == 1 ? "invocation is" : "invocations are"));
  }

  Result prune(storage::Database& database, tables::Pruning& pruning, Output& out) const {
    ProgressBar progress("invocations", out);
    const auto old_enough = pruning.old_enough(database);
    const std::uint64_t used = storage::used_bytes(database);
    Result result;
    std::uint64_t scanned = 0;
    storage::Step step;
    const auto find = [&] {
      const std::uint64_t looked = pruning.find(database, kFoundTogether);
      return looked > 0 ? looked : pruning.find_orphans(database, kFoundTogether);
    };
    while (const std::uint64_t looked = find()) {
      if (dry_run_) {
        add(result.rows, pruning.count(database));
      } else {
        while (pruning.found() > 0) {
          const auto began = steady_clock::now();
          storage::with_headroom(store_,
                                 [&] { add(result.rows, pruning.remove(database, step.count())); });
          step.took(steady_clock::now() - began);
          std::this_thread::sleep_for(kPause);
          progress(scanned + looked - pruning.found(), old_enough);
        }
      }
      scanned += looked;
      progress(scanned, old_enough);
    }
    progress.clear();
    result.unshipped = pruning.unshipped();
    if (dry_run_) return result;
    if (force_) result.outbox_entries = forget_deleted(database, out);
    result.freed_bytes =
        static_cast<std::int64_t>(used) - static_cast<std::int64_t>(storage::used_bytes(database));
    (void)storage::make_reserve(store_);
    result.returned_bytes = shrink(database, storage::used_bytes(database) / kPartKept, out);
    return result;
  }

  static void add(tables::Pruning::Rows& sum, const tables::Pruning::Rows& rows) {
    std::transform(sum.begin(), sum.end(), rows.begin(), sum.begin(), std::plus<>());
  }

  // Removes the outbox entries of deleted rows.
  std::uint64_t forget_deleted(storage::Database& database, Output& out) const {
    ProgressBar progress("changes", out);
    tables::Outbox outbox(database);
    const std::int64_t begin = outbox.watermark();
    const std::int64_t end = outbox.newest();
    std::uint64_t forgotten = 0;
    for (std::int64_t at = begin; at < end;) {
      const std::int64_t until = std::min(end, at + kChangesTogether);
      forgotten += outbox.forget_deleted(at, until);
      at = until;
      std::this_thread::sleep_for(kPause);
      progress(static_cast<std::size_t>(at - begin), static_cast<std::size_t>(end - begin));
    }
    return forgotten;
  }

  void write_json(const Result& result, base::Micros older, base::Micros failures,
                  Output& out) const {
    Json deleted = Json::object();
    for (std::size_t i = 0; i < tables::kTableCount; ++i) {
      deleted.emplace(tables::tables()[i].name, result.rows[i]);
    }
    out.write_json(Json({{"store", store_},
                         {"dry_run", dry_run_},
                         {"older_than", base::format_timestamp(older)},
                         {"failures_older_than", base::format_timestamp(failures)},
                         {"deleted", std::move(deleted)},
                         {"outbox_entries", result.outbox_entries},
                         {"kept_unshipped", result.unshipped},
                         {"freed_bytes", result.freed_bytes},
                         {"returned_bytes", result.returned_bytes}}));
  }

  void write_text(const Result& result, base::Micros older, base::Micros failures,
                  Output& out) const {
    if (result.rows == tables::Pruning::Rows{}) {
      out.say("Nothing to delete: no finished invocation{} started before {}.\n",
              result.unshipped > 0 ? " that has been shipped" : "", local_time(older));
    } else {
      out.say(
          "{} what was started before {}{}:\n", dry_run_ ? "Would delete" : "Deleted",
          local_time(older),
          failures == older ? "" : fmt::format(" and failures before {}", local_time(failures)));
      for (std::size_t i = 0; i < tables::kTableCount; ++i) {
        out.say("  {:<16}  {:>12}\n", tables::tables()[i].name,
                grouped(static_cast<std::int64_t>(result.rows[i])));
      }
      if (!dry_run_) {
        out.say("Freed {} of {}; the file is {} smaller.\n",
                bytes_text(static_cast<double>(std::max<std::int64_t>(result.freed_bytes, 0))),
                printable(store_), bytes_text(static_cast<double>(result.returned_bytes)));
      }
    }
    if (result.unshipped > 0) {
      out.say("Kept {} that {} not been shipped yet.\n",
              grouped(static_cast<std::int64_t>(result.unshipped)),
              result.unshipped == 1 ? "has" : "have");
    }
  }

  std::string store_ = kDefaultStore;
  std::string older_than_;
  std::string keep_failures_;
  bool dry_run_ = false;
  bool force_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_prune(CLI::App& program) {
  return std::make_unique<Prune>(
      program.add_subcommand("prune", "Delete old invocations")->group(kKeepGroup));
}

}  // namespace edo::cli
