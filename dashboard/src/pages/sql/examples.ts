/** Both dialects understand them. */
export const examples: readonly { title: string; sql: string }[] = [
  {
    title: 'Invocations by function and status',
    sql: `SELECT source_function, status, count(*) AS runs, max(total_duration_ms) AS longest_ms
FROM invocations
GROUP BY source_function, status
ORDER BY runs DESC`,
  },
  {
    title: 'Most frequent failures',
    sql: `SELECT job_name,
       count(*) AS runs,
       sum(CASE WHEN status IN ('failed', 'crashed') THEN 1 ELSE 0 END) AS failed,
       round(avg(duration_ms)) AS avg_ms
FROM job_executions
GROUP BY job_name
ORDER BY failed DESC, runs DESC`,
  },
  {
    title: 'Longest chains',
    sql: `SELECT correlation_id, count(*) AS invocations, min(created_at) AS began, max(completed_at) AS ended
FROM invocations
WHERE correlation_id IS NOT NULL
GROUP BY correlation_id
ORDER BY invocations DESC
LIMIT 20`,
  },
  {
    title: 'Latest errors in logs',
    sql: `SELECT l.created_at, j.job_name, l.message
FROM job_logs l JOIN job_executions j ON j.id = l.job_execution_id
WHERE l.level = 'error'
ORDER BY l.created_at DESC
LIMIT 50`,
  },
  {
    title: 'Hour by hour',
    sql: `SELECT hour_bucket, source_function, total_invocations, failed_invocations, p95_duration_ms
FROM dashboard_stats
ORDER BY hour_bucket DESC, source_function
LIMIT 100`,
  },
];
