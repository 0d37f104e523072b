// edo tail: shows what is recorded while it is recorded.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "cli/command.hpp"
#include "cli/follow.hpp"
#include "cli/ids.hpp"
#include "cli/listing.hpp"
#include "cli/rows.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "replicator/cli/streams.hpp"
#include "replicator/cli/values.hpp"
#include "replicator/daemon/stop.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPause{100};
// However much there is to look at, four fifths of the time are for others.
constexpr int kPausesPerLook = 4;
// With a time of milliseconds and a few digits more: enough for most ids that are still to come.
constexpr std::size_t kIdLength = 18;
constexpr base::Micros kHalfADay = 43'200'000'000;

struct Shown {
  std::string at;
  std::string json;
  Line line;
};

class Tail final : public Command {
 public:
  explicit Tail(CLI::App* options) : Command(options) {
    options->add_option("WHAT", what_, "invocations, events, jobs or logs")
        ->type_name("")
        ->capture_default_str();
    add_store_option(*options, store_);
    options->add_option("--status", status_, "Only rows that get this status; for logs, this level")
        ->type_name("STATUS");
    options->add_option("--function", function_, "Only invocations of this source function")
        ->type_name("NAME");
    options
        ->add_option("--since", since_,
                     "First show rows of invocations that started within this\n"
                     "duration (90s, 15m, 1h30m, 7d) or since this time in\n"
                     "UTC (2026-10-18, 2026-10-18T09:30:00Z)")
        ->type_name("DURATION|TIME");
    options->add_flag("--json", json_, "Write one JSON object a line for each row");
    options->footer(
        std::string(kStatusHelp) +
        "Shows each row when it is recorded, and again when its status changes, until Ctrl-C.\n"
        "If a row changes several times between two polls, only its last state is shown.\n\n"
        "Examples:\n"
        "  edo tail\n"
        "  edo tail jobs --status failed --since 1h\n"
        "  edo tail logs --function orders --json");
  }

  void run(Output& out) override {
    const Listing& listing = listing_of(what_, status_);
    std::optional<base::Micros> since;
    if (!since_.empty()) since = time_of("--since", since_, base::Clock::system().now());
    const tables::Table& table = tables::tables()[listing.table];
    daemon::Stop stop;
    daemon::stop_on_signals(stop);
    out.give_up_on(stop.descriptor());
    Follower follower(store_,
                      {.listing = listing,
                       .columns = json_ ? select_list(table, listing.alias) : line_columns(listing),
                       .function = function_,
                       .since = since});
    Table lines(out, wide_columns(listing), TooWide::cut_columns);
    if (!json_) lines.finish();
    out.flush();
    for (bool more = false; more || wait(stop);) {
      const auto began = steady_clock::now();
      std::vector<Shown> shown;
      more = look(follower, [&](const auto& change, SQLite::Statement& row, int first) {
        if (!status_.empty() && change.status != status_) return;
        Shown& each = shown.emplace_back();
        each.at = change.at;
        json_ ? void(each.json = dump(row_json(table, row, first)))
              : void(each.line = read_line(row, first));
      });
      std::stable_sort(shown.begin(), shown.end(),
                       [](const Shown& a, const Shown& b) { return a.at < b.at; });
      json_ ? write_json(shown, out) : write_lines(follower, listing, shown, lines);
      out.flush();
      if (stop.requested()) return;
      pause_ =
          std::max<steady_clock::duration>(kPause, kPausesPerLook * (steady_clock::now() - began));
    }
  }

 private:
  // False when it is time to end: somebody asked for it, or nobody reads any more.
  [[nodiscard]] bool wait(const daemon::Stop& stop) const {
    const auto span = std::chrono::duration_cast<milliseconds>(pause_);
    pollfd watched[] = {{stop.descriptor(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    (void)poll(watched, 2, static_cast<int>(span.count()));
    return !stop.requested() && (watched[1].revents & (POLLERR | POLLHUP)) == 0;
  }

  // What is in the way of a look is told once; it may be over at the next one.
  bool look(Follower& follower, const Follower::Visit& visit) {
    try {
      const bool more = follower.look(visit);
      trouble_.clear();
      return more;
    } catch (const Error& failure) {
      if (trouble_ != failure.what()) {
        write_err(fmt::format("edo tail: {}; waiting\n", printable(failure.what())));
      }
      trouble_ = failure.what();
      return false;
    }
  }

  static void write_json(const std::vector<Shown>& shown, Output& out) {
    for (const auto& each : shown) out.write(each.json + "\n");
  }

  void write_lines(Follower& follower, const Listing& listing, const std::vector<Shown>& shown,
                   Table& lines) {
    std::vector<std::string> ids;
    for (const auto& each : shown) ids.push_back(each.line.id);
    id_length_ = std::max(id_length_, unique_length(follower.database(), listing.table, ids));
    const base::Micros now = base::Clock::system().now();
    for (const auto& each : shown) {
      lines.add(cells_of(listing, each.line, id_length_, clock_text(each.at, now)));
    }
  }

  // The time of day, with the date where that is another one.
  static std::string clock_text(const std::string& at, base::Micros now) {
    const auto time = base::parse_timestamp(at);
    if (!time) return printable(at);
    const std::string text = local_time(*time);
    return now - *time < kHalfADay && *time <= now ? text.substr(text.find(' ') + 1) : text;
  }

  // Wide enough for most of what is to come.
  static std::vector<Column> wide_columns(const Listing& listing) {
    std::vector<Column> columns = columns_of(listing);
    constexpr std::size_t kWidths[] = {kIdLength, 8, 20, 24, 9, 8};
    for (std::size_t i = 0; i < std::size(kWidths) && i + 1 < columns.size(); ++i) {
      columns[i].narrowest = kWidths[i];
    }
    columns[1].title = "TIME";
    return columns;
  }

  std::string what_ = "invocations";
  std::string store_ = kDefaultStore;
  std::string status_;
  std::string since_;
  std::string function_;
  bool json_ = false;
  std::string trouble_;
  std::size_t id_length_ = kIdLength;
  steady_clock::duration pause_{};
};

}  // namespace

std::unique_ptr<Command> add_tail(CLI::App& program) {
  return std::make_unique<Tail>(
      program.add_subcommand("tail", "Follow new rows and status changes")->group(kLookGroup));
}

}  // namespace edo::cli
