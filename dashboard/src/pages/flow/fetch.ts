import { execute, executeBatch } from '~/api/client';
import { isOpenEnded, timeWhere, type ResolvedRange, type TimeRange } from '~/url/time-range';
import {
  FlowNodesDocument,
  FlowOfEventDocument,
  FlowOfFunctionDocument,
  FlowOfJobDocument,
  FlowVolumeDocument,
} from './flow.generated';
import { busiest, mapOf, type FlowMap, type Group } from './map';

// What one map may ask for, and hold.
const enoughInvocations = 10_000;
const room = { function: 24, event: 48, job: 48 };

export interface FetchedMap extends FlowMap {
  /** What the map is of: the whole range, or its latest part where so many ran that a part has to do. */
  range: ResolvedRange;
  sampled: boolean;
  /** In the whole range. */
  invocations: number;
}

type Answer = readonly { group_key: object; aggregate: { count: number } }[];

/** The first key names, the second is the status. */
const groupsOf = (answer: Answer): Group[] =>
  answer.map(({ group_key, aggregate }) => {
    const [name, status] = Object.values(group_key) as (string | null)[];
    return { name: name ?? '', status: status ?? '', count: aggregate.count };
  });

export async function fetchMap(range: TimeRange, resolved: ResolvedRange, signal: AbortSignal): Promise<FetchedMap> {
  const whole = { created_at: timeWhere(range, resolved) };
  const volume = await execute(FlowVolumeDocument, { invocations: whole }, signal);
  const invocations = volume.invocations_aggregate.aggregate?.count ?? 0;
  const part = partOf(resolved, invocations);
  const sampled = part.from > resolved.from;
  const within = { created_at: timeWhere(isOpenEnded(range) ? range : { ...range, from: new Date(part.from).toISOString() }, part) };
  const detected = { ...within, detected: { _eq: true } };

  const found = await execute(FlowNodesDocument, { invocations: within, events: detected, jobs: within }, signal);
  const functions = groupsOf(found.invocations_aggregate.group_by);
  const events = groupsOf(found.event_executions_aggregate.group_by);
  const jobs = groupsOf(found.job_executions_aggregate.group_by);
  const chosen = {
    function: busiest(functions, room.function),
    event: busiest(events, room.event),
    job: busiest(jobs, room.job),
  };
  const steps = (names: readonly string[], answers: readonly Answer[]) =>
    new Map(names.map((name, index) => [name, groupsOf(answers[index]!)]));

  const [ofFunctions, ofEvents, ofJobs] = await Promise.all([
    batch(chosen.function.names, (name) => ({ where: { ...detected, invocation: { source_function: { _eq: name } } } }),
      (variables) => executeBatch(FlowOfFunctionDocument, variables, signal)),
    batch(chosen.event.names, (name) => ({ where: { ...within, event_execution: { event_name: { _eq: name } } } }),
      (variables) => executeBatch(FlowOfEventDocument, variables, signal)),
    batch(chosen.job.names, (name) => ({ where: { ...within, source_job_execution: { job_name: { _eq: name } } } }),
      (variables) => executeBatch(FlowOfJobDocument, variables, signal)),
  ]);
  return {
    ...mapOf({
      functions, events, jobs,
      detected: steps(chosen.function.names, ofFunctions.map((answer) => answer.event_executions_aggregate.group_by)),
      started: steps(chosen.event.names, ofEvents.map((answer) => answer.job_executions_aggregate.group_by)),
      triggered: steps(chosen.job.names, ofJobs.map((answer) => answer.invocations_aggregate.group_by)),
    }),
    leftOut: { function: chosen.function.leftOut, event: chosen.event.leftOut, job: chosen.job.leftOut },
    range: part,
    sampled,
    invocations,
  };
}

/** The latest part of a range that holds about as many invocations as are enough. */
export function partOf({ from, to }: ResolvedRange, invocations: number): ResolvedRange {
  if (invocations <= enoughInvocations) return { from, to };
  return { from: Math.round(to - (to - from) * (enoughInvocations / invocations)), to };
}

async function batch<Variables, Result>(
  names: readonly string[],
  variablesOf: (name: string) => Variables,
  send: (variables: readonly Variables[]) => Promise<Result[]>,
): Promise<Result[]> {
  return names.length === 0 ? [] : send(names.map(variablesOf));
}

