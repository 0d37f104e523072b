#include "recorder/change.hpp"

namespace edo::recorder {
namespace {

struct Text {
  const char* sql;
  std::string_view description;
};

// In the order of ChangeKind.
constexpr std::array<Text, kChangeKinds> kTexts = {{
    {R"(INSERT INTO invocations (id, created_at, updated_at, correlation_id, source_function,
          source_table, source_operation, source_system, source_job_id, source_event_id,
          source_event_payload, source_event_time, source_user_email, source_user_role,
          auto_load_modules, event_modules_directory, context_data, writer_id)
        VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17))",
     "start an invocation in"},
    {R"(UPDATE invocations SET updated_at = ?2, completed_at = ?2, total_duration_ms = ?3,
          events_detected_count =
            (SELECT count(*) FROM event_executions WHERE invocation_id = ?1 AND detected),
          (total_jobs_run, total_jobs_succeeded, total_jobs_failed) =
            (SELECT count(*), count(*) FILTER (WHERE status = 'completed'),
                    count(*) FILTER (WHERE status IN ('failed', 'crashed'))
             FROM job_executions WHERE invocation_id = ?1),
          status = CASE WHEN ?4 = 'completed' AND (
              EXISTS (SELECT 1 FROM job_executions WHERE invocation_id = ?1
                      AND status IN ('failed', 'crashed'))
              OR EXISTS (SELECT 1 FROM event_executions WHERE invocation_id = ?1
                         AND (status = 'detection_failed' OR status = 'handler_failed'
                              OR status = 'crashed')))
            THEN 'failed' ELSE ?4 END,
          error_message = ?5, error_stack = ?6
        WHERE id = ?1)",
     "finish an invocation in"},
    // For what ended after its invocation did, as after a time-out.
    {R"(UPDATE invocations SET updated_at = ?2,
          events_detected_count =
            (SELECT count(*) FROM event_executions WHERE invocation_id = ?1 AND detected),
          (total_jobs_run, total_jobs_succeeded, total_jobs_failed) =
            (SELECT count(*), count(*) FILTER (WHERE status = 'completed'),
                    count(*) FILTER (WHERE status IN ('failed', 'crashed'))
             FROM job_executions WHERE invocation_id = ?1),
          status = CASE WHEN status = 'completed' AND EXISTS
              (SELECT 1 FROM job_executions WHERE invocation_id = ?1
               AND status IN ('failed', 'crashed'))
            THEN 'failed' ELSE status END
        WHERE id = ?1)",
     "count what is under an invocation in"},
    {R"(INSERT INTO event_executions (id, invocation_id, created_at, updated_at, correlation_id,
          event_name, event_module_path, writer_id)
        VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7))",
     "start an event in"},
    {R"(UPDATE event_executions SET updated_at = ?2, detected = ?3, detection_duration_ms = ?4,
          status = ?5, detection_error = ?6, detection_error_stack = ?7,
          completed_at = CASE ?5 WHEN 'handling' THEN NULL ELSE ?2 END
        WHERE id = ?1)",
     "record a detection in"},
    {R"(UPDATE event_executions SET updated_at = ?2, completed_at = ?2, handler_duration_ms = ?3,
          (jobs_count, jobs_succeeded, jobs_failed) =
            (SELECT count(*), count(*) FILTER (WHERE status = 'completed'),
                    count(*) FILTER (WHERE status IN ('failed', 'crashed'))
             FROM job_executions WHERE event_execution_id = ?1),
          status = CASE WHEN ?4 = 'completed' AND EXISTS
              (SELECT 1 FROM job_executions WHERE event_execution_id = ?1
               AND status IN ('failed', 'crashed'))
            THEN 'failed' ELSE ?4 END,
          handler_error = ?5, handler_error_stack = ?6
        WHERE id = ?1)",
     "finish an event in"},
    // For jobs that ended after their event did.
    {R"(UPDATE event_executions SET updated_at = ?2,
          (jobs_count, jobs_succeeded, jobs_failed) =
            (SELECT count(*), count(*) FILTER (WHERE status = 'completed'),
                    count(*) FILTER (WHERE status IN ('failed', 'crashed'))
             FROM job_executions WHERE event_execution_id = ?1),
          status = CASE WHEN status = 'completed' AND EXISTS
              (SELECT 1 FROM job_executions WHERE event_execution_id = ?1
               AND status IN ('failed', 'crashed'))
            THEN 'failed' ELSE status END
        WHERE id = ?1)",
     "count the jobs of an event in"},
    {R"(INSERT INTO job_executions (id, invocation_id, event_execution_id, created_at, updated_at,
          correlation_id, job_name, job_function_name, job_options, writer_id)
        VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?9))",
     "start a job in"},
    {R"(UPDATE job_executions SET updated_at = ?2, completed_at = ?2, duration_ms = ?3, status = ?4,
          error_message = ?5, error_stack = ?6, result = ?7
        WHERE id = ?1)",
     "finish a job in"},
    {R"(INSERT INTO job_logs (id, job_execution_id, invocation_id, created_at, sequence, level,
          message, data, source, line_number)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))",
     "record a log line in"},
}};

}  // namespace

const char* sql(ChangeKind kind) noexcept { return kTexts[static_cast<std::size_t>(kind)].sql; }

std::string_view describe(ChangeKind kind) noexcept {
  return kTexts[static_cast<std::size_t>(kind)].description;
}

Change::Change(const Change& other) : kind_(other.kind_), size_(other.size_) {
  for (std::size_t i = 0; i < size_; ++i) {
    const Value& value = other.values_[i];
    values_[i].kind = value.kind;
    values_[i].integer = value.integer;
    if (value.kind == Value::Kind::text) values_[i].text = value.text;
    if (value.kind == Value::Kind::row) values_[i].row = value.row;
  }
}

std::string& Change::add_text() noexcept {
  Value& value = values_[size_++];
  value.kind = Value::Kind::text;
  return value.text;
}

void Change::add_row(const std::shared_ptr<Row>& row) noexcept {
  Value& value = values_[size_++];
  value.kind = Value::Kind::row;
  value.row = row;
}

void Change::add(std::int64_t integer) noexcept {
  Value& value = values_[size_++];
  value.kind = Value::Kind::integer;
  value.integer = integer;
}

void Change::add(std::optional<std::int64_t> integer) noexcept {
  if (integer) {
    add(*integer);
  } else {
    add_null();
  }
}

}  // namespace edo::recorder
