#include "tables/model.hpp"

#include <algorithm>

namespace edo::tables {
namespace {

constexpr Column kInvocations[] = {
    {"id", Type::uuid},
    {"created_at", Type::timestamp},
    {"updated_at", Type::timestamp},
    {"completed_at", Type::timestamp},
    {"correlation_id", Type::text},
    {"source_function", Type::text},
    {"source_table", Type::text},
    {"source_operation", Type::text},
    {"source_system", Type::text},
    {"source_job_id", Type::uuid},
    {"source_event_id", Type::uuid_like},
    {"source_event_payload", Type::json},
    {"source_event_time", Type::timestamp},
    {"source_user_email", Type::text},
    {"source_user_role", Type::text},
    {"total_duration_ms", Type::integer},
    {"events_detected_count", Type::integer},
    {"total_jobs_run", Type::integer},
    {"total_jobs_succeeded", Type::integer},
    {"total_jobs_failed", Type::integer},
    {"auto_load_modules", Type::boolean},
    {"event_modules_directory", Type::text},
    {"status", Type::text},
    {"error_message", Type::text},
    {"error_stack", Type::text},
    {"context_data", Type::json},
};

constexpr Column kEventExecutions[] = {
    {"id", Type::uuid},
    {"invocation_id", Type::uuid},
    {"created_at", Type::timestamp},
    {"updated_at", Type::timestamp},
    {"completed_at", Type::timestamp},
    {"correlation_id", Type::text},
    {"event_name", Type::text},
    {"event_module_path", Type::text},
    {"detected", Type::boolean},
    {"detection_duration_ms", Type::integer},
    {"detection_error", Type::text},
    {"detection_error_stack", Type::text},
    {"handler_duration_ms", Type::integer},
    {"handler_error", Type::text},
    {"handler_error_stack", Type::text},
    {"jobs_count", Type::integer},
    {"jobs_succeeded", Type::integer},
    {"jobs_failed", Type::integer},
    {"status", Type::text},
};

constexpr Column kJobExecutions[] = {
    {"id", Type::uuid},
    {"invocation_id", Type::uuid},
    {"event_execution_id", Type::uuid},
    {"created_at", Type::timestamp},
    {"updated_at", Type::timestamp},
    {"completed_at", Type::timestamp},
    {"correlation_id", Type::text},
    {"job_name", Type::text},
    {"job_function_name", Type::text},
    {"job_options", Type::json},
    {"duration_ms", Type::integer},
    {"status", Type::text},
    {"result", Type::json},
    {"error_message", Type::text},
    {"error_stack", Type::text},
};

constexpr Column kJobLogs[] = {
    {"id", Type::uuid},
    {"job_execution_id", Type::uuid},
    {"invocation_id", Type::uuid},
    {"created_at", Type::timestamp},
    {"sequence", Type::integer},
    {"level", Type::text},
    {"message", Type::text},
    {"data", Type::json},
    {"source", Type::text},
    {"line_number", Type::integer},
};

constexpr std::array<Table, kTableCount> kTables = {{
    {"invocations", kInvocations},
    {"event_executions", kEventExecutions},
    {"job_executions", kJobExecutions},
    {"job_logs", kJobLogs},
}};

}  // namespace

const std::array<Table, kTableCount>& tables() noexcept { return kTables; }

std::size_t table_index(std::string_view name) noexcept {
  const auto* found = std::find_if(kTables.begin(), kTables.end(),
                                   [&](const Table& table) { return table.name == name; });
  return static_cast<std::size_t>(found - kTables.begin());
}

}  // namespace edo::tables
