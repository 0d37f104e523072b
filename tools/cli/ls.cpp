// edo ls: lists invocations, events, jobs or logs, the newest first.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "cli/command.hpp"
#include "cli/ids.hpp"
#include "cli/rows.hpp"
#include "cli/since.hpp"
#include "cli/status.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "storage/store.hpp"

namespace edo::cli {
namespace {

// How one kind of row is found and shown. All are listed by the start of their invocation, which
// is what an index knows and what does not depend on where ids come from. Ties are broken by rowid,
// which that index ends in: with anything else every row of the store would have to be sorted.
struct Listing {
  std::string_view what;
  std::size_t table;
  std::string_view alias;
  std::string_view from;
  std::string_view order;
  std::span<const std::string_view> statuses;
  std::string_view status;  // the column that --status is about
  // What is still going on is little, and has an index of its own; empty where there is none.
  std::string_view unfinished;
  std::string_view from_unfinished;
  // For the table; empty where there is nothing to show.
  std::string_view name_title;
  std::string_view name;
  std::string_view duration;
  std::string_view succeeded;
  std::string_view failed;
  std::string_view message_title;
  std::string_view message;
};

constexpr std::string_view kInvocationStatuses[] = {"running", "completed", "failed", "timeout",
                                                    "crashed"};
constexpr std::string_view kEventStatuses[] = {"detecting",      "not_detected", "handling",
                                               "completed",      "failed",       "detection_failed",
                                               "handler_failed", "crashed"};
constexpr std::string_view kJobStatuses[] = {"running", "completed", "failed", "crashed"};
constexpr std::string_view kLogLevels[] = {"debug", "info", "warn", "error"};

// Must be the condition of the index invocations_failed, word for word.
constexpr std::string_view kInvocationFailed =
    "(i.status = 'failed' OR i.status = 'timeout' OR i.status = 'crashed')";

constexpr std::array<Listing, tables::kTableCount> kListings = {{
    {
        .what = "invocations",
        .table = 0,
        .alias = "i",
        .from = "invocations i",
        .order = "i.created_at DESC, i.rowid DESC",
        .statuses = kInvocationStatuses,
        .status = "i.status",
        .unfinished = "i.status = 'running'",
        .from_unfinished = "invocations i INDEXED BY invocations_running",
        .name_title = "TABLE",
        .name = "concat_ws(' ', i.source_table, i.source_operation)",
        .duration = "i.total_duration_ms",
        .succeeded = "i.total_jobs_succeeded",
        .failed = "i.total_jobs_failed",
        .message_title = "ERROR",
        // An invocation that failed because of a job or an event has no error of its own.
        .message = "CASE WHEN i.status IN ('failed', 'timeout', 'crashed') THEN"
                   " coalesce(i.error_message, (SELECT job_name || ': ' || error_message"
                   "   FROM job_executions WHERE invocation_id = i.id AND error_message IS NOT NULL"
                   "   ORDER BY created_at LIMIT 1), (SELECT event_name || ': ' ||"
                   "   coalesce(detection_error, handler_error) FROM event_executions"
                   "   WHERE invocation_id = i.id AND coalesce(detection_error, handler_error)"
                   "     IS NOT NULL ORDER BY created_at LIMIT 1)) END",
    },
    {
        .what = "events",
        .table = 1,
        .alias = "e",
        .from = "invocations i CROSS JOIN event_executions e ON e.invocation_id = i.id",
        .order = "i.created_at DESC, i.rowid DESC, e.created_at DESC, e.id DESC",
        .statuses = kEventStatuses,
        .status = "e.status",
        .unfinished = "e.status IN ('detecting', 'handling')",
        .from_unfinished = "event_executions e INDEXED BY event_executions_running"
                           " CROSS JOIN invocations i ON i.id = e.invocation_id",
        .name_title = "EVENT",
        .name = "e.event_name",
        .duration = "CASE WHEN e.detection_duration_ms IS NOT NULL OR e.handler_duration_ms IS NOT"
                    " NULL THEN ifnull(e.detection_duration_ms, 0) +"
                    " ifnull(e.handler_duration_ms, 0) END",
        .succeeded = "e.jobs_succeeded",
        .failed = "e.jobs_failed",
        .message_title = "ERROR",
        .message = "coalesce(e.detection_error, e.handler_error)",
    },
    {
        .what = "jobs",
        .table = 2,
        .alias = "j",
        .from = "invocations i CROSS JOIN job_executions j ON j.invocation_id = i.id",
        .order = "i.created_at DESC, i.rowid DESC, j.created_at DESC, j.rowid DESC",
        .statuses = kJobStatuses,
        .status = "j.status",
        .unfinished = "j.status = 'running'",
        .from_unfinished = "job_executions j INDEXED BY job_executions_running"
                           " CROSS JOIN invocations i ON i.id = j.invocation_id",
        .name_title = "JOB",
        .name = "j.job_name",
        .duration = "j.duration_ms",
        .succeeded = "",
        .failed = "",
        .message_title = "ERROR",
        .message = "j.error_message",
    },
    {
        .what = "logs",
        .table = 3,
        .alias = "l",
        .from = "invocations i CROSS JOIN job_executions j ON j.invocation_id = i.id"
                " CROSS JOIN job_logs l ON l.job_execution_id = j.id",
        .order =
            "i.created_at DESC, i.rowid DESC, l.created_at DESC, j.rowid DESC, l.sequence DESC",
        .statuses = kLogLevels,
        .status = "l.level",
        .unfinished = "",
        .from_unfinished = "",
        .name_title = "JOB",
        .name = "j.job_name",
        .duration = "",
        .succeeded = "",
        .failed = "",
        .message_title = "MESSAGE",
        .message = "l.message",
    },
}};

// A row of the table before its id has been shortened.
struct Line {
  std::string id;
  std::string created_at;
  std::string function;
  std::string name;
  std::string status;
  std::optional<std::int64_t> duration;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::string message;
};

constexpr std::size_t kLinesTogether = 1000;
constexpr std::int64_t kLargestLimit = std::int64_t{1} << 53;
constexpr int kLongestMessage = 500;  // characters; only the first line of it is shown

class Ls final : public Command {
 public:
  explicit Ls(CLI::App* options) : Command(options) {
    options->add_option("WHAT", what_, "invocations, events, jobs or logs")
        ->type_name("")
        ->capture_default_str();
    add_store_option(*options, store_);
    options->add_option("--status", status_, "Only those of this status; for logs, of this level")
        ->type_name("STATUS");
    options
        ->add_option("--since", since_,
                     "Only of invocations started in this span until now\n"
                     "(90s, 15m, 1h30m, 7d) or since this time in UTC\n"
                     "(2026-10-18, 2026-10-18T09:30:00Z)")
        ->type_name("SPAN|TIME");
    options->add_option("--function", function_, "Only of invocations of this source function")
        ->type_name("NAME");
    options->add_option("--limit", limit_, "At most so many; 0 lists all")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{0}, kLargestLimit).description(""));
    options->add_flag("--json", json_, "Write a JSON array with one object for each row");
    options->footer(
        "Statuses:\n"
        "  invocations  running completed failed timeout crashed\n"
        "  events       detecting not_detected handling completed failed detection_failed\n"
        "               handler_failed crashed\n"
        "  jobs         running completed failed crashed\n"
        "  logs         debug info warn error\n\n"
        "Ids are shortened to what edo show needs to find them.\n\n"
        "Examples:\n"
        "  edo ls invocations --status failed --since 1h\n"
        "  edo ls jobs --function orders --limit 5 --json");
  }

  void run(Output& out) override {
    const auto listing = std::find_if(kListings.begin(), kListings.end(),
                                      [&](const Listing& each) { return each.what == what_; });
    if (listing == kListings.end()) {
      throw UsageError(
          fmt::format("'{}' cannot be listed; name invocations, events, jobs or logs", what_));
    }
    if (!status_.empty() && std::find(listing->statuses.begin(), listing->statuses.end(),
                                      status_) == listing->statuses.end()) {
      throw UsageError(fmt::format("no {} have the status '{}'; valid are {}", what_, status_,
                                   fmt::join(listing->statuses, ", ")));
    }
    if (!since_.empty()) after_ = base::format_timestamp(time_meant("--since", since_, now_));
    storage::Database database =
        storage::open_store(store_, {.access = storage::Access::read_only});
    try {
      json_ ? write_json(database, *listing, out) : write_table(database, *listing, out);
    } catch (const SQLite::Exception& failure) {
      throw database.error("read", failure);
    }
  }

 private:
  [[nodiscard]] SQLite::Statement query(storage::Database& database, const Listing& listing,
                                        std::string_view columns) const {
    std::vector<std::string_view> conditions = {"true"};
    std::string status_condition;
    std::string_view from = listing.from;
    if (!status_.empty()) {
      status_condition = fmt::format("{} = :status", listing.status);
      conditions.push_back(status_condition);
      if (status_ == "running" || status_ == "detecting" || status_ == "handling") {
        conditions.push_back(listing.unfinished);
        from = listing.from_unfinished;
      } else if (listing.table == 0 && status_ != "completed") {
        conditions.push_back(kInvocationFailed);
      }
    }
    if (!since_.empty()) conditions.push_back("i.created_at >= :since");
    if (!function_.empty()) conditions.push_back("i.source_function = :function");
    SQLite::Statement statement(
        database.handle(),
        fmt::format("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT :limit", columns, from,
                    fmt::join(conditions, " AND "), listing.order));
    if (!status_.empty()) statement.bind(":status", status_);
    if (!since_.empty()) statement.bind(":since", after_);
    if (!function_.empty()) statement.bind(":function", function_);
    statement.bind(":limit", limit_ == 0 ? std::int64_t{-1} : limit_);
    return statement;
  }

  void write_json(storage::Database& database, const Listing& listing, Output& out) const {
    const tables::Table& table = tables::tables()[listing.table];
    SQLite::Statement rows = query(database, listing, select_list(table, listing.alias));
    out.write("[");
    for (std::string_view separator = "\n"; rows.executeStep(); separator = ",\n") {
      out.write(separator);
      out.write(dump(row_json(table, rows)));
    }
    out.write("\n]\n");
  }

  void write_table(storage::Database& database, const Listing& listing, Output& out) const {
    const auto or_null = [](std::string_view column) { return column.empty() ? "NULL" : column; };
    SQLite::Statement rows =
        query(database, listing,
              fmt::format("{0}.id, {0}.created_at, i.source_function, {1}, {2}, {3}, {4}, {5},"
                          " substr({6}, 1, {7})",
                          listing.alias, listing.name, listing.status, or_null(listing.duration),
                          or_null(listing.succeeded), or_null(listing.failed), listing.message,
                          kLongestMessage));
    Table table(out, columns(listing), TooWide::cut_columns);
    std::size_t id_length = kShortestId;
    std::size_t count = 0;
    for (bool more = true; more;) {
      std::vector<Line> lines;
      while (lines.size() < kLinesTogether && (more = rows.executeStep())) {
        lines.push_back(line(rows));
      }
      std::vector<std::string> ids;
      for (const auto& each : lines) ids.push_back(each.id);
      id_length = std::max(id_length, unique_length(database, listing.table, ids));
      for (const auto& each : lines) table.add(cells(listing, each, id_length));
      count += lines.size();
    }
    if (count > 0) {
      table.finish();
    } else {
      const bool filtered = !status_.empty() || !since_.empty() || !function_.empty();
      out.write(fmt::format("No {} {}.\n", what_, filtered ? "match" : "yet"));
    }
  }

  static std::vector<Column> columns(const Listing& listing) {
    std::vector<Column> result = {{"ID"},
                                  {"STARTED"},
                                  {.title = "FUNCTION", .may_be_cut = true},
                                  {.title = std::string(listing.name_title), .may_be_cut = true}};
    if (listing.table == 3) {
      result[1].title = "LOGGED";
      result.push_back({"LEVEL"});
    } else {
      result.push_back({"STATUS"});
      result.push_back({"DURATION", true});
    }
    if (!listing.succeeded.empty()) result.push_back({"JOBS"});
    result.push_back({std::string(listing.message_title)});
    return result;
  }

  static Line line(SQLite::Statement& row) {
    Line result;
    result.id = row.getColumn(0).getString();
    result.created_at = row.getColumn(1).getString();
    result.function = row.getColumn(2).getString();
    result.name = row.getColumn(3).getString();
    result.status = row.getColumn(4).getString();
    if (!row.isColumnNull(5)) result.duration = row.getColumn(5).getInt64();
    result.succeeded = row.getColumn(6).getInt64();
    result.failed = row.getColumn(7).getInt64();
    result.message = row.getColumn(8).getString();
    return result;
  }

  [[nodiscard]] std::vector<Cell> cells(const Listing& listing, const Line& line,
                                        std::size_t id_length) const {
    const auto time = base::parse_timestamp(line.created_at);
    std::vector<Cell> result = {
        {line.id.substr(0, id_length), Tone::strong},
        {time ? age_text(*time, now_) : printable(line.created_at), Tone::dim},
        {printable(line.function)},
        {printable(line.name)},
        {line.status, tone_of(line.status)},
    };
    if (!listing.duration.empty()) {
      result.push_back({line.duration ? duration_text(*line.duration) : ""});
    }
    if (!listing.succeeded.empty()) result.push_back(jobs_cell(line));
    const bool is_error = listing.table != 3 || line.status == "error";
    result.push_back(
        {printable(lines_of(line.message).front()), is_error ? Tone::bad : Tone::plain});
    return result;
  }

  static Cell jobs_cell(const Line& line) {
    const std::int64_t all = line.succeeded + line.failed;
    if (all == 0) return {""};
    if (line.failed == 0) return {fmt::format("{} ok", all)};
    return {fmt::format("{}/{} ok", line.succeeded, all), Tone::bad};
  }

  const base::Micros now_ = base::Clock::system().now();
  std::string what_ = "invocations";
  std::string store_ = kDefaultStore;
  std::string status_;
  std::string since_;
  std::string after_;
  std::string function_;
  std::int64_t limit_ = 20;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> add_ls(CLI::App& program) {
  return std::make_unique<Ls>(
      program.add_subcommand("ls", "List invocations, events, jobs or logs")->group(kLookGroup));
}

}  // namespace edo::cli
