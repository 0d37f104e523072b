import { toPreciseMs } from '~/format/time';
import { isFailure } from '~/domain/status';
import type { InvocationDetailQuery } from './invocation.generated';

export type Invocation = NonNullable<InvocationDetailQuery['invocations_by_pk']>;
export type EventRow = Invocation['event_executions'][number];
export type JobRow = Invocation['job_executions'][number];
export type TriggeredRow = JobRow['triggered_invocations'][number];

export interface RunEvent extends EventRow {
  jobs: readonly JobRow[];
}

/** One invocation as a tree of its rows. */
export interface Run {
  invocation: Invocation;
  detected: readonly RunEvent[];
  undetected: readonly EventRow[];
  jobs: readonly JobRow[];
  eventOf: ReadonlyMap<string, RunEvent>;
  jobOf: ReadonlyMap<string, JobRow>;
}

/** An event whose detector failed or still runs does not count as undetected. */
const isUndetected = (event: EventRow) => event.status === 'not_detected';

export function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export function runOf(invocation: Invocation): Run {
  const jobs = invocation.job_executions;
  const jobsByEvent = groupBy(jobs, (job) => job.event_execution_id);
  const events = invocation.event_executions.map((event) => ({ ...event, jobs: jobsByEvent.get(event.id) ?? [] }));
  return {
    invocation,
    detected: events.filter((event) => !isUndetected(event)),
    undetected: events.filter(isUndetected),
    jobs,
    eventOf: new Map(events.map((event) => [event.id, event])),
    jobOf: new Map(jobs.map((job) => [job.id, job])),
  };
}

export interface Span {
  from: number;
  to: number;
}

interface Timed {
  created_at: string;
  completed_at?: string | null;
}

/** From start to end, or to `now` if it has not ended. */
export const spanOf = ({ created_at, completed_at }: Timed, now: number): Span => {
  const from = toPreciseMs(created_at);
  return { from, to: Math.max(from, completed_at ? toPreciseMs(completed_at) : now) };
};

export interface Problem {
  selection?: Selection;
  what: string;
  status: string;
  message: string;
  /** How often it occurred; the selection is the first occurrence. */
  count: number;
}

const unsaid = 'without a message';

/** All problems, in the order in which one looks for a cause. Equal problems are one entry. */
export function problemsOf(run: Run): Problem[] {
  const alike = groupBy(allProblems(run), ({ what, status, message }) => JSON.stringify([what, status, message]));
  return [...alike.values()].map((same) => ({ ...same[0]!, count: same.length }));
}

function allProblems({ invocation, detected, jobs }: Run): Omit<Problem, 'count'>[] {
  const problems: Omit<Problem, 'count'>[] = [];
  const { error_message, error_stack, status } = invocation;
  if (error_message ?? error_stack) {
    problems.push({ selection: { kind: 'invocation' }, what: 'Invocation', status, message: error_message ?? unsaid });
  }
  for (const { id, event_name, detection_error, handler_error, status: state } of detected) {
    const selection: Selection = { kind: 'event', id };
    if (detection_error) problems.push({ selection, what: event_name, status: 'detection_failed', message: detection_error });
    if (handler_error) problems.push({ selection, what: event_name, status: 'handler_failed', message: handler_error });
    if (state === 'crashed') problems.push({ selection, what: event_name, status: state, message: 'its process ended before it did' });
  }
  for (const { id, job_name, error_message: message, status: state } of jobs) {
    if (isFailure(state)) problems.push({ selection: { kind: 'job', id }, what: job_name, status: state, message: message ?? unsaid });
  }
  return problems;
}

/** The selection, as in the address: job-01a2…, or only source. */
export type Selection =
  | { kind: 'source' | 'invocation' | 'undetected' }
  | { kind: 'event' | 'job' | 'fold'; id: string };

export const selectionText = (selection: Selection) => ('id' in selection ? `${selection.kind}-${selection.id}` : selection.kind);

export function selectionFrom(text: string | undefined): Selection | undefined {
  const match = /^([a-z]+)(?:-(.+))?$/s.exec(text ?? '');
  if (!match) return undefined;
  const [, kind, id] = match;
  if (kind === 'source' || kind === 'invocation' || kind === 'undetected') return { kind };
  if (id && (kind === 'event' || kind === 'job' || kind === 'fold')) return { kind, id };
  return undefined;
}
