import { formatCount } from '~/format/number';
import { plural } from '~/format/text';
import { isFailure } from '~/domain/status';
import { groupBy, selectionText, type JobRow, type Run, type RunEvent, type Selection, type TriggeredRow } from './model';

export type NodeKind = 'source' | 'invocation' | 'event' | 'undetected' | 'job' | 'triggered';

export interface FlowNode {
  /** The selection as in the address. */
  id: string;
  kind: NodeKind;
  label: string;
  note?: string;
  status: string;
  /** How many rows it stands for. */
  count: number;
  failed: number;
  durationMs: number | null;
  selection?: Selection;
  /** The other invocation that this node links to. */
  invocationId?: string;
}

export interface FlowEdge {
  from: string;
  to: string;
  failed: boolean;
}

export type FoldMembers = { events: readonly RunEvent[] } | { jobs: readonly JobRow[] } | { triggered: readonly TriggeredRow[] };

export interface Graph {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
  /** Whether some nodes stand for several rows. */
  folded: boolean;
  folds: ReadonlyMap<string, FoldMembers>;
}

/** Rows with the same key become one node. A key includes the key of the parent. */
interface Folding {
  event(event: RunEvent): string;
  job(job: JobRow): string;
  triggered(invocation: TriggeredRow): string;
}

// From no folding to the strongest, with one node for each combination of states.
const foldings: readonly Folding[] = [
  { event: ({ id }) => id, job: ({ id }) => id, triggered: ({ id }) => id },
  {
    event: ({ id }) => id,
    job: ({ job_name, status }) => `${job_name}:${status}`,
    triggered: ({ source_function, status }) => `${source_function}:${status}`,
  },
  {
    event: ({ event_name, status }) => `${event_name}:${status}`,
    job: ({ job_name, status }) => `${job_name}:${status}`,
    triggered: ({ source_function, status }) => `${source_function}:${status}`,
  },
  { event: ({ status }) => status, job: ({ status }) => status, triggered: ({ status }) => status },
];

/** The diagram with the least folding that has no more than `most` nodes. */
export function graphOf(run: Run, most = 200): Graph {
  // A lower bound for the nodes without folding, which needs no diagram.
  const [first, ...others] = run.detected.length + run.jobs.length > most ? foldings.slice(1) : foldings;
  let graph = build(run, first!);
  for (const folding of others) {
    if (graph.nodes.length <= most) break;
    graph = build(run, folding);
  }
  return graph;
}

function build(run: Run, folding: Folding): Graph {
  const { undetected } = run;
  const nodes: FlowNode[] = [sourceNode(run), invocationNode(run)];
  const edges: FlowEdge[] = [{ from: 'source', to: 'invocation', failed: false }];
  const folds = new Map<string, FoldMembers>();

  const add = (node: FlowNode, above: string, members: FoldMembers) => {
    nodes.push(node);
    edges.push({ from: above, to: node.id, failed: node.failed > 0 });
    if (node.selection?.kind === 'fold') folds.set(node.selection.id, members);
  };

  for (const [eventKey, events] of groupBy(run.detected, folding.event)) {
    const event = nodeOf('event', eventKey, events, ({ id }) => id, eventLabel, eventDuration);
    add(event, 'invocation', { events });
    const jobs = events.flatMap((one) => one.jobs);
    for (const [jobKey, some] of groupBy(jobs, (job) => `${eventKey}/${folding.job(job)}`)) {
      const job = nodeOf('job', jobKey, some, ({ id }) => id, (one) => one.job_name, (one) => one.duration_ms);
      add(job, event.id, { jobs: some });
      const further = some.flatMap((one) => one.triggered_invocations);
      for (const [key, triggered] of groupBy(further, (one) => `${jobKey}/${folding.triggered(one)}`)) {
        add(triggeredNode(key, triggered), job.id, { triggered });
      }
    }
  }
  if (undetected.length > 0) {
    const label = `${formatCount(undetected.length)} not detected`;
    const selection: Selection = { kind: 'undetected' };
    const node: FlowNode = { id: 'undetected', kind: 'undetected', label, status: 'not_detected', count: undetected.length, failed: 0, durationMs: null, selection };
    add(node, 'invocation', { events: [] });
  }
  return { nodes, edges, folded: folds.size > 0, folds };
}

function sourceNode({ invocation }: Run): FlowNode {
  const { source_operation, source_table, source_system, source_user_email, source_job_execution: job } = invocation;
  const what = [source_operation, source_table].filter(Boolean).join(' ') || source_system || 'Unknown source';
  return {
    id: 'source',
    kind: 'source',
    label: what,
    note: job ? `by ${job.job_name}` : (source_user_email ?? undefined),
    status: '',
    count: 1,
    failed: 0,
    durationMs: null,
    selection: { kind: 'source' },
  };
}

function invocationNode({ invocation }: Run): FlowNode {
  const { source_function, status, total_duration_ms } = invocation;
  const failed = isFailure(status) ? 1 : 0;
  return { id: 'invocation', kind: 'invocation', label: source_function, status, count: 1, failed, durationMs: total_duration_ms, selection: { kind: 'invocation' } };
}

const eventLabel = (event: RunEvent) => event.event_name;
const eventDuration = (event: RunEvent) => (event.handler_duration_ms === null ? event.detection_duration_ms : (event.detection_duration_ms ?? 0) + event.handler_duration_ms);

interface Stated {
  status: string;
}

/** The worst of several states, since folding must not hide it. */
export function worstStatus(rows: readonly Stated[]): string {
  const found = rows.find(({ status }) => isFailure(status)) ?? rows.find(({ status }) => status === 'running' || status === 'handling' || status === 'detecting');
  return (found ?? rows[0]!).status;
}

function nodeOf<Row extends Stated>(
  kind: 'event' | 'job',
  key: string,
  rows: readonly Row[],
  idOf: (row: Row) => string,
  labelOf: (row: Row) => string,
  durationOf: (row: Row) => number | null,
): FlowNode {
  const first = rows[0]!;
  const labels = new Set(rows.map(labelOf));
  const selection: Selection = rows.length === 1 ? { kind, id: idOf(first) } : { kind: 'fold', id: key };
  return {
    id: selectionText(selection),
    kind,
    label: labels.size === 1 ? labelOf(first) : `${formatCount(labels.size)} kinds of ${plural(2, kind)}`,
    status: worstStatus(rows),
    count: rows.length,
    failed: rows.filter(({ status }) => isFailure(status)).length,
    durationMs: longest(rows.map(durationOf)),
    selection,
  };
}

function triggeredNode(key: string, rows: readonly TriggeredRow[]): FlowNode {
  const first = rows[0]!;
  const functions = new Set(rows.map(({ source_function }) => source_function));
  const alone = rows.length === 1;
  return {
    id: alone ? `triggered-${first.id}` : `fold-${key}`,
    kind: 'triggered',
    label: functions.size === 1 ? first.source_function : `${functions.size} functions`,
    note: [first.source_operation, first.source_table].filter(Boolean).join(' '),
    status: worstStatus(rows),
    count: rows.length,
    failed: rows.filter(({ status }) => isFailure(status)).length,
    durationMs: longest(rows.map((row) => row.total_duration_ms)),
    selection: alone ? undefined : { kind: 'fold', id: key },
    invocationId: alone ? first.id : undefined,
  };
}

function longest(durations: readonly (number | null)[]): number | null {
  return durations.reduce((most, ms) => (ms === null ? most : Math.max(most ?? 0, ms)), null);
}
