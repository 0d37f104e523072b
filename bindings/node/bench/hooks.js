'use strict';

// The hooks of each way to record. What opens gives them and close().

const { execFileSync } = require('node:child_process');
const { randomUUID } = require('node:crypto');
const path = require('node:path');

const { Recorder } = require('..');

const now = () => new Date().toISOString();

function nothing() {
  const hook = async () => ({});
  return {
    startInvocation: hook,
    startEvent: hook,
    detected: hook,
    startJob: hook,
    log() {},
    endJob: hook,
    endEvent: hook,
    endInvocation: hook,
    close() {},
  };
}

function edo(folder, commit) {
  const recorder = new Recorder(path.join(folder, `edo-${commit}.db`), { commit });
  return {
    async startInvocation(payload) {
      const invocation = recorder.startInvocation({
        sourceFunction: 'orders',
        sourceTable: 'public.orders',
        sourceOperation: 'INSERT',
        sourceEventId: payload.id,
        sourceEventPayload: payload,
      });
      await recorder.committed();
      return invocation;
    },
    async startEvent(invocation, name) {
      const event = invocation.event(name);
      await recorder.committed();
      return event;
    },
    async detected(event) {
      event.detected();
      await recorder.committed();
    },
    async startJob(event, name, options) {
      const job = event.job(name, { options });
      await recorder.committed();
      return job;
    },
    log(job, message) {
      job.log('info', message);
    },
    async endJob(job, result) {
      job.complete(result);
      await recorder.committed();
    },
    async endEvent(event) {
      event.complete();
      await recorder.committed();
    },
    async endInvocation(invocation) {
      invocation.complete();
      await recorder.committed();
    },
    close() {
      recorder.close();
    },
  };
}

// The statements that somebody would write by hand, for either database: parameters are numbered.
const statements = {
  startInvocation: `INSERT INTO invocations (id, created_at, updated_at, correlation_id, source_function,
    source_table, source_operation, source_system, source_event_id, source_event_payload, status)
    VALUES ($1, $2, $2, $3, 'orders', 'public.orders', 'INSERT', 'hasura', $4, $5, 'running')`,
  startEvent: `INSERT INTO event_executions (id, created_at, updated_at, invocation_id, correlation_id,
    event_name, status) VALUES ($1, $2, $2, $3, $4, $5, 'detecting')`,
  detected: `UPDATE event_executions SET updated_at = $2, detected = true, detection_duration_ms = 1,
    status = 'handling' WHERE id = $1`,
  startJob: `INSERT INTO job_executions (id, created_at, updated_at, invocation_id, event_execution_id,
    correlation_id, job_name, job_options, status) VALUES ($1, $2, $2, $3, $4, $5, $6, $7, 'running')`,
  log: `INSERT INTO job_logs (id, created_at, job_execution_id, invocation_id, sequence, level, message)
    VALUES ($1, $2, $3, $4, $5, 'info', $6)`,
  endJob: `UPDATE job_executions SET updated_at = $2, completed_at = $2, duration_ms = 1,
    status = 'completed', result = $3 WHERE id = $1`,
  endEvent: `UPDATE event_executions SET updated_at = $2, completed_at = $2, handler_duration_ms = 1,
    jobs_count = 1, jobs_succeeded = 1, jobs_failed = 0, status = 'completed' WHERE id = $1`,
  endInvocation: `UPDATE invocations SET updated_at = $2, completed_at = $2, total_duration_ms = 1,
    events_detected_count = 5, total_jobs_run = 5, total_jobs_succeeded = 5, total_jobs_failed = 0,
    status = 'completed' WHERE id = $1`,
};

// `run(name, values)` may give a promise; lines are awaited when their job ends.
function byHand(run, close) {
  return {
    async startInvocation(payload) {
      const row = { id: randomUUID(), correlation: randomUUID() };
      const text = JSON.stringify(payload);
      await run('startInvocation', [row.id, now(), row.correlation, payload.id, text]);
      return row;
    },
    async startEvent(invocation, name) {
      const row = { id: randomUUID(), invocation };
      await run('startEvent', [row.id, now(), invocation.id, invocation.correlation, name]);
      return row;
    },
    async detected(event) {
      await run('detected', [event.id, now()]);
    },
    async startJob(event, name, options) {
      const row = { id: randomUUID(), event, lines: [] };
      const { id, correlation } = event.invocation;
      const text = JSON.stringify(options);
      await run('startJob', [row.id, now(), id, event.id, correlation, name, text]);
      return row;
    },
    log(job, message) {
      const values = [randomUUID(), now(), job.id, job.event.invocation.id, job.lines.length + 1, message];
      job.lines.push(run('log', values));
    },
    async endJob(job, result) {
      await Promise.all(job.lines);
      await run('endJob', [job.id, now(), JSON.stringify(result)]);
    },
    async endEvent(event) {
      await run('endEvent', [event.id, now()]);
    },
    async endInvocation(invocation) {
      await run('endInvocation', [invocation.id, now()]);
    },
    close,
  };
}

// Into the same schema, with the same indexes and triggers.
function sqlite(folder, program) {
  const Database = require('better-sqlite3');
  const file = path.join(folder, 'by-hand.db');
  execFileSync(program, ['init', '--store', file]);
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  const prepared = {};
  for (const [name, sql] of Object.entries(statements)) {
    const order = [...sql.matchAll(/\$(\d)/g)].map(([, number]) => number - 1);
    const statement = database.prepare(sql.replace(/\$\d/g, '?'));
    prepared[name] = (values) => statement.run(order.map((index) => values[index]));
  }
  return byHand(
    (name, values) => prepared[name](values),
    () => database.close(),
  );
}

function postgres(url) {
  const { Pool } = require('pg');
  const pool = new Pool({
    connectionString: url,
    options: '-c search_path=event_detector_observability',
  });
  return byHand(
    (name, values) => pool.query({ name, text: statements[name], values }),
    () => pool.end(),
  );
}

// Spans that a batch processor gathers and an exporter throws away: lines are their events.
function openTelemetry() {
  const { context, trace } = require('@opentelemetry/api');
  const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
  const exporter = {
    export: (spans, done) => done({ code: 0 }),
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  const tracer = provider.getTracer('bench');
  const below = (parent, name, attributes) =>
    tracer.startSpan(name, { attributes }, trace.setSpan(context.active(), parent));
  return {
    async startInvocation(payload) {
      return tracer.startSpan('orders', { attributes: { payload: JSON.stringify(payload) } });
    },
    startEvent: async (invocation, name) => below(invocation, name),
    async detected(event) {
      event.setAttribute('detected', true);
    },
    startJob: async (event, name, options) => below(event, name, { options: JSON.stringify(options) }),
    log(job, message) {
      job.addEvent(message);
    },
    async endJob(job, result) {
      job.setAttribute('result', JSON.stringify(result));
      job.end();
    },
    async endEvent(event) {
      event.end();
    },
    async endInvocation(invocation) {
      invocation.end();
    },
    close: () => provider.shutdown(),
  };
}

module.exports = { edo, nothing, openTelemetry, postgres, sqlite };
