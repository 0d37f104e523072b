// edo tail: shows rows as hosts record them.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "replicator/ship/stop.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/follow.hpp"
#include "tools/edo/ids.hpp"
#include "tools/edo/listing.hpp"
#include "tools/edo/rows.hpp"
#include "tools/program/option_values.hpp"
#include "tools/program/signals.hpp"
#include "tools/program/table.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPause{100};
// A poll takes a fifth of the time at most, so that others can work.
constexpr int kPausesPerPoll = 4;
// Covers the milliseconds of the id and a few digits more: unique for most later ids.
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
    add_json(*options, json_, "one JSON object a line for each row");
    options->footer(
        std::string(kStatusHelp) +
        "Shows each row when it is recorded, and again when its status changes, until Ctrl-C.\n"
        "If a row changes several times between two polls, only its last state is shown.\n\n"
        "Examples:\n"
        "  edo tail\n"
        "  edo tail jobs --status failed --since 1h\n"
        "  edo tail logs --function orders --json");
  }

  int run(Output& out) override {
    const Listing& listing = listing_of(what_, status_);
    std::optional<base::Micros> since;
    if (!since_.empty()) since = time_of("--since", since_, base::Clock::system().now());
    const tables::Table& table = tables::tables()[listing.table];
    shipping::Stop stop;
    const StopSignals signals(stop);
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
      more = poll_store(
          follower,
          [&](const auto& change, SQLite::Statement& row, int first) {
            if (!status_.empty() && change.status != status_) return;
            Shown& each = shown.emplace_back();
            each.at = change.at;
            json_ ? void(each.json = dump(row_json(table, row, first)))
                  : void(each.line = read_line(row, first));
          },
          out);
      std::stable_sort(shown.begin(), shown.end(),
                       [](const Shown& a, const Shown& b) { return a.at < b.at; });
      json_ ? write_json(shown, out) : write_lines(follower, listing, shown, lines);
      out.flush();
      if (stop.requested()) break;
      pause_ =
          std::max<steady_clock::duration>(kPause, kPausesPerPoll * (steady_clock::now() - began));
    }
    return kDone;
  }

 private:
  // Returns false on a stop request, or if the reader of the output is gone.
  [[nodiscard]] bool wait(const shipping::Stop& stop) const {
    const auto span = std::chrono::duration_cast<milliseconds>(pause_);
    pollfd watched[] = {{stop.descriptor(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    (void)poll(watched, 2, static_cast<int>(span.count()));
    return !stop.requested() && (watched[1].revents & (POLLERR | POLLHUP)) == 0;
  }

  // Reports a failed poll once; the next one may succeed.
  bool poll_store(Follower& follower, const Follower::Visit& visit, Output& out) {
    try {
      const bool more = follower.poll(visit);
      trouble_.clear();
      return more;
    } catch (const Error& failure) {
      if (trouble_ != failure.what()) {
        out.complain("{}; waiting", failure.what());
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

  // The time of day, with the date if it changed.
  static std::string clock_text(const std::string& at, base::Micros now) {
    const auto time = base::parse_timestamp(at);
    if (!time) return printable(at);
    const std::string text = local_time(*time);
    return now - *time < kHalfADay && *time <= now ? text.substr(text.find(' ') + 1) : text;
  }

  // Wide enough for most later rows.
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
