// edo stats: counts, success rates, durations and the most frequent errors.
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <vector>

#include "storage/store.hpp"
#include "tools/edo/commands.hpp"
#include "tools/edo/figures.hpp"
#include "tools/edo/rows.hpp"
#include "tools/program/numbers.hpp"
#include "tools/program/option_values.hpp"
#include "tools/program/table.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

constexpr std::size_t kShown = 10;  // rows of each table; --json has all, except of errors

class Stats final : public Command {
 public:
  explicit Stats(CLI::App* options) : Command(options) {
    add_store_option(*options, store_);
    options
        ->add_option("--since", since_,
                     "Only what started within this duration (90s, 15m,\n"
                     "1h30m, 7d) or since this time in UTC (2026-10-18,\n"
                     "2026-10-18T09:30:00Z)")
        ->type_name("DURATION|TIME")
        ->capture_default_str();
    options->add_option("--function", function_, "Only invocations of this source function")
        ->type_name("NAME");
    add_json(*options, json_);
    options->footer(
        "SUCCESS is the percentage of ended runs that completed. P50, P95 and P99 are the\n"
        "durations that 50, 95 and 99 percent of the runs did not exceed.\n\n"
        "Example:\n"
        "  edo stats --since 7d --function orders");
  }

  int run(Output& out) override {
    after_ = time_of("--since", since_, base::Clock::system().now());
    storage::Database database =
        storage::open_store(store_, {.access = storage::Access::read_only});
    const Figures figures =
        read_figures(database, {.since = after_, .function = function_, .failures = kShown});
    json_ ? write_json(figures, out) : write_text(figures, out);
    return kDone;
  }

 private:
  static Json as_json(const Group& group) {
    const auto or_null = [](const std::optional<double>& number) {
      return number ? Json(*number) : Json();
    };
    return {{"total", group.total},
            {"completed", group.completed},
            {"failed", group.failed()},
            {"running", group.running},
            {"success_rate", or_null(group.success_rate())},
            {"p50_ms", or_null(group.p50)},
            {"p95_ms", or_null(group.p95)},
            {"p99_ms", or_null(group.p99)}};
  }

  static Json as_json(const std::vector<Group>& groups, const char* name) {
    Json list = Json::array();
    for (const auto& group : groups) {
      Json each = {{name, group.name}};
      each.update(as_json(group));
      list.push_back(std::move(each));
    }
    return list;
  }

  void write_json(const Figures& figures, Output& out) const {
    Json failures = Json::array();
    for (const auto& failure : figures.failures) {
      failures.push_back({{"of", failure.what},
                          {"name", failure.name},
                          {"message", failure.message},
                          {"count", failure.count},
                          {"last_at", failure.last_at}});
    }
    const Json oldest =
        figures.oldest ? Json(static_cast<double>(*figures.oldest) / 1e6) : Json(nullptr);
    out.write_json(Json({{"store", store_},
                         {"since", base::format_timestamp(after_)},
                         {"function", function_.empty() ? Json() : Json(function_)},
                         {"invocations", as_json(figures.all)},
                         {"functions", as_json(figures.functions, "function")},
                         {"jobs", as_json(figures.jobs, "job")},
                         {"errors", std::move(failures)},
                         {"store_bytes", figures.store_bytes},
                         {"used_bytes", figures.used_bytes},
                         {"wal_bytes", figures.wal_bytes},
                         {"watermark", figures.watermark},
                         {"pending_changes", figures.pending},
                         {"oldest_pending_seconds", oldest}}));
  }

  void write_text(const Figures& figures, Output& out) const {
    if (figures.all.total == 0) {
      out.say("Nothing started since {}; try --since 30d.\n", local_time(after_));
    } else {
      std::vector<Group> functions = figures.functions;
      functions.resize(std::min(functions.size(), kShown));
      if (figures.functions.size() > 1) {
        functions.push_back(figures.all);
        functions.back().name =
            fmt::format("all {}", grouped(static_cast<std::int64_t>(figures.functions.size())));
      }
      write_groups("FUNCTION", functions, out);
    }
    if (!figures.jobs.empty()) {
      std::vector<Group> jobs = figures.jobs;
      jobs.resize(std::min(jobs.size(), kShown));
      out.write("\n");
      write_groups("JOB", jobs, out);
    }
    if (!figures.failures.empty()) write_failures(figures.failures, out);
    out.write("\n" + store_line(figures));
  }

  static void write_groups(const char* title, const std::vector<Group>& groups, Output& out) {
    Table table(out,
                {{.title = title, .may_be_cut = true, .narrowest = 20},
                 {"TOTAL", true},
                 {"OK", true},
                 {"FAILED", true},
                 {"RUNNING", true},
                 {"SUCCESS", true},
                 {"P50", true},
                 {"P95", true},
                 {"P99", true}},
                TooWide::one_below_other);
    const auto time = [](const std::optional<double>& ms) -> Cell {
      return {ms ? duration_text(std::llround(*ms)) : ""};
    };
    for (const auto& group : groups) {
      const auto rate = group.success_rate();
      table.add({{printable(group.name), Tone::strong},
                 {grouped(group.total)},
                 {grouped(group.completed)},
                 {grouped(group.failed()), group.failed() > 0 ? Tone::bad : Tone::plain},
                 {grouped(group.running)},
                 {rate ? fmt::format("{:.1f} %", *rate) : ""},
                 time(group.p50),
                 time(group.p95),
                 time(group.p99)});
    }
    table.finish();
  }

  static void write_failures(const std::vector<Failure>& failures, Output& out) {
    const base::Micros now = base::Clock::system().now();
    out.write("\n");
    Table table(
        out,
        {{"ERRORS", true}, {"LAST"}, {"OF"}, {.title = "NAME", .may_be_cut = true}, {"MESSAGE"}},
        TooWide::cut_columns);
    for (const auto& failure : failures) {
      const auto last = base::parse_timestamp(failure.last_at);
      table.add({{grouped(failure.count), Tone::bad},
                 {last ? age_text(*last, now) : printable(failure.last_at), Tone::dim},
                 {failure.what},
                 {printable(failure.name)},
                 {printable(failure.message), Tone::bad}});
    }
    table.finish();
  }

  [[nodiscard]] std::string store_line(const Figures& figures) const {
    const auto bytes = [](std::int64_t count) { return bytes_text(static_cast<double>(count)); };
    std::string line = fmt::format("{}: {}, of which {} in use, and {} of write-ahead log\n",
                                   printable(store_), bytes(figures.store_bytes),
                                   bytes(figures.used_bytes), bytes(figures.wal_bytes));
    if (figures.pending == 0) return line + "No change is pending.\n";
    const bool one = figures.pending == 1;
    line += fmt::format("{} change{} {} pending", grouped(figures.pending), one ? "" : "s",
                        one ? "is" : "are");
    if (figures.oldest)
      line += fmt::format(", the oldest since {}", coarse_duration_text(*figures.oldest));
    return line + (figures.watermark == 0 ? "; this store was never shipped.\n" : ".\n");
  }

  std::string store_ = kDefaultStore;
  std::string since_ = "24h";
  std::string function_;
  base::Micros after_ = 0;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_stats(CLI::App& program) {
  return std::make_unique<Stats>(
      program.add_subcommand("stats", "Show counts, success rates, durations and errors")
          ->group(kLookGroup));
}

}  // namespace edo::cli
