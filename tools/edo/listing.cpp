#include "tools/edo/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tools/edo/commands.hpp"
#include "tools/edo/status.hpp"
#include "tools/program/text.hpp"

namespace edo::cli {
namespace {

constexpr int kLongestMessage = 500;  // characters; only the first line is shown

constexpr std::string_view kInvocationStatuses[] = {"running", "completed", "failed", "timeout",
                                                    "crashed"};
constexpr std::string_view kEventStatuses[] = {"detecting",      "not_detected", "handling",
                                               "completed",      "failed",       "detection_failed",
                                               "handler_failed", "crashed"};
constexpr std::string_view kJobStatuses[] = {"running", "completed", "failed", "crashed"};
constexpr std::string_view kLogLevels[] = {"debug", "info", "warn", "error"};

constexpr std::array<Listing, tables::kTableCount> kListings = {{
    {
        .what = "invocations",
        .table = 0,
        .alias = "i",
        .changed_at = "i.updated_at",
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
        .changed_at = "e.updated_at",
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
        .changed_at = "j.updated_at",
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
        .changed_at = "l.created_at",
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

Cell jobs_cell(const Line& line) {
  const std::int64_t all = line.succeeded + line.failed;
  if (all == 0) return {""};
  if (line.failed == 0) return {fmt::format("{} ok", all)};
  return {fmt::format("{}/{} ok", line.succeeded, all), Tone::bad};
}

}  // namespace

std::span<const Listing> listings() { return kListings; }

const Listing& listing_of(const std::string& what, const std::string& status) {
  const auto listing = std::find_if(kListings.begin(), kListings.end(),
                                    [&](const Listing& each) { return each.what == what; });
  if (listing == kListings.end()) {
    throw UsageError(
        fmt::format("'{}' cannot be listed; name invocations, events, jobs or logs", what));
  }
  const auto& valid = listing->statuses;
  if (!status.empty() && std::find(valid.begin(), valid.end(), status) == valid.end()) {
    throw UsageError(fmt::format("no {} have the status '{}'; valid are {}", what, status,
                                 fmt::join(valid, ", ")));
  }
  return *listing;
}

std::string line_columns(const Listing& listing) {
  const auto or_null = [](std::string_view column) { return column.empty() ? "NULL" : column; };
  return fmt::format(
      "{0}.id, {0}.created_at, i.source_function, {1}, {2}, {3}, {4}, {5},"
      " substr({6}, 1, {7})",
      listing.alias, listing.name, listing.status, or_null(listing.duration),
      or_null(listing.succeeded), or_null(listing.failed), listing.message, kLongestMessage);
}

Line read_line(SQLite::Statement& row, int first) {
  Line result;
  const auto column = [&](int offset) { return row.getColumn(first + offset); };
  result.id = column(0).getString();
  result.created_at = column(1).getString();
  result.function = column(2).getString();
  result.name = column(3).getString();
  result.status = column(4).getString();
  if (!column(5).isNull()) result.duration = column(5).getInt64();
  result.succeeded = column(6).getInt64();
  result.failed = column(7).getInt64();
  result.message = column(8).getString();
  return result;
}

std::vector<Column> columns_of(const Listing& listing) {
  std::vector<Column> result = {{"ID"},
                                {"STARTED"},
                                {.title = "FUNCTION", .may_be_cut = true},
                                {.title = std::string(listing.name_title), .may_be_cut = true}};
  if (listing.duration.empty()) {
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

std::vector<Cell> cells_of(const Listing& listing, const Line& line, std::size_t id_length,
                           std::string time) {
  std::vector<Cell> result = {
      {line.id.substr(0, id_length), Tone::strong},
      {std::move(time), Tone::dim},
      {printable(line.function)},
      {printable(line.name)},
      {line.status, tone_of(line.status)},
  };
  if (!listing.duration.empty()) {
    result.push_back({line.duration ? duration_text(*line.duration) : ""});
  }
  if (!listing.succeeded.empty()) result.push_back(jobs_cell(line));
  const bool is_error = !listing.duration.empty() || line.status == "error";
  result.push_back({printable(lines_of(line.message).front()), is_error ? Tone::bad : Tone::plain});
  return result;
}

}  // namespace edo::cli
