// The queries of the server's benchmark, each with the SQL that somebody would write by hand for
// the same answer, as one JSON text, and with what PostGraphile would be asked.
#pragma once

#include <array>
#include <string_view>

namespace edo::bench {

struct ServeQuery {
  std::string_view name;
  std::string_view graphql;
  std::string_view sqlite;
  std::string_view postgres;
  std::string_view postgraphile;
};

inline constexpr std::array<ServeQuery, 3> kServeQueries = {{
    {"ten recent trees",
     "query RecentInvocations { invocations(limit: 10, order_by: {created_at: desc}) { id "
     "source_function created_at total_duration_ms events_detected_count event_executions { "
     "event_name detected job_executions { job_name status duration_ms } } } }",
     R"(SELECT json_object('invocations', (SELECT json_group_array(json(tree)) FROM (
       SELECT json_object('id', i.id, 'source_function', i.source_function, 'created_at', i.created_at,
         'total_duration_ms', i.total_duration_ms, 'events_detected_count', i.events_detected_count,
         'event_executions', json((SELECT json_group_array(json_object('event_name', e.event_name,
           'detected', json(CASE e.detected WHEN 1 THEN 'true' WHEN 0 THEN 'false' END),
           'job_executions', json((SELECT json_group_array(json_object('job_name', j.job_name,
             'status', j.status, 'duration_ms', j.duration_ms))
             FROM job_executions j WHERE j.event_execution_id = e.id))))
           FROM event_executions e WHERE e.invocation_id = i.id))) AS tree
       FROM invocations i ORDER BY i.created_at DESC LIMIT 10))))",
     R"(SELECT json_build_object('invocations', (SELECT coalesce(json_agg(tree), '[]') FROM (
       SELECT json_build_object('id', i.id, 'source_function', i.source_function, 'created_at',
         i.created_at, 'total_duration_ms', i.total_duration_ms, 'events_detected_count',
         i.events_detected_count, 'event_executions', (SELECT coalesce(json_agg(json_build_object(
           'event_name', e.event_name, 'detected', e.detected, 'job_executions',
           (SELECT coalesce(json_agg(json_build_object('job_name', j.job_name, 'status', j.status,
             'duration_ms', j.duration_ms)), '[]')
             FROM job_executions j WHERE j.event_execution_id = e.id))), '[]')
           FROM event_executions e WHERE e.invocation_id = i.id)) AS tree
       FROM invocations i ORDER BY i.created_at DESC LIMIT 10) t)))",
     "query RecentInvocations { allInvocations(first: 10, orderBy: [CREATED_AT_DESC]) { nodes { "
     "rowId "
     "sourceFunction createdAt totalDurationMs eventsDetectedCount "
     "eventExecutionsByInvocationId { nodes { eventName detected jobExecutionsByEventExecutionId { "
     "nodes { jobName status durationMs } } } } } } }"},
    {"a count by status",
     "{ invocations_aggregate(where: {status: {_eq: \"failed\"}}) { aggregate { count } } }",
     R"(SELECT json_object('invocations_aggregate', json_object('aggregate', json_object('count',
       (SELECT count(*) FROM invocations WHERE status = 'failed')))))",
     R"(SELECT json_build_object('invocations_aggregate', json_build_object('aggregate',
       json_build_object('count', (SELECT count(*) FROM invocations WHERE status = 'failed')))))",
     "{ allInvocations(condition: {status: \"failed\"}) { totalCount } }"},
    {"nothing but itself", "{ __typename }", "SELECT '{\"__typename\":\"query_root\"}'",
     "SELECT '{\"__typename\":\"query_root\"}'", "{ __typename }"},
}};

}  // namespace edo::bench
