import { isFailure } from '~/domain/status';
import type { FlowRunsQuery } from './flow.generated';

/** The kinds of nodes, in the order of the columns. A function that a job triggered is in the last one. */
export const kinds = ['function', 'event', 'job', 'triggered'] as const;
export type Kind = (typeof kinds)[number];

export interface Figures {
  count: number;
  failed: number;
}

export interface MapNode extends Figures {
  id: string;
  kind: Kind;
  name: string;
}

export interface MapEdge extends Figures {
  id: string;
  from: string;
  to: string;
}

export interface FlowMap {
  nodes: MapNode[];
  edges: MapEdge[];
  /** Nodes that did not fit, by how often they ran. */
  leftOut: Partial<Record<Kind, number>>;
}

// The busiest nodes of each kind are shown.
const room: Record<Kind, number> = { function: 24, event: 48, job: 48, triggered: 24 };

export const nodeId = (kind: Kind, name: string) => `${kind} ${name}`;

/** Figures by key. */
class Tally extends Map<string, Figures> {
  add(key: string, status: string) {
    const before = this.get(key) ?? { count: 0, failed: 0 };
    this.set(key, { count: before.count + 1, failed: before.failed + (isFailure(status) ? 1 : 0) });
  }

  /** The most frequent keys, as many as fit. */
  busiest(room: number): string[] {
    const keys = [...this].sort(([a, x], [b, y]) => y.count - x.count || a.localeCompare(b)).map(([key]) => key);
    return keys.slice(0, room);
  }
}

type Run = FlowRunsQuery['invocations'][number];

export function mapOf(runs: readonly Run[]): FlowMap {
  const names: Record<Kind, Tally> = { function: new Tally(), event: new Tally(), job: new Tally(), triggered: new Tally() };
  const steps = new Tally();
  const ends = new Map<string, Pick<MapEdge, 'from' | 'to'>>();
  const count = (kind: Kind, name: string, status: string, from?: string): string => {
    names[kind].add(name, status);
    const to = nodeId(kind, name);
    if (from !== undefined) {
      const id = `${from} > ${to}`;
      steps.add(id, status);
      ends.set(id, { from, to });
    }
    return to;
  };
  for (const run of runs) {
    const invocation = count('function', run.source_function, run.status);
    for (const detected of run.event_executions) {
      const event = count('event', detected.event_name, detected.status, invocation);
      for (const started of detected.job_executions) {
        const job = count('job', started.job_name, started.status, event);
        for (const next of started.triggered_invocations) count('triggered', next.source_function, next.status, job);
      }
    }
  }
  const nodes = kinds.flatMap((kind) =>
    names[kind].busiest(room[kind]).map((name): MapNode => ({ id: nodeId(kind, name), kind, name, ...names[kind].get(name)! })),
  );
  const drawn = new Set(nodes.map(({ id }) => id));
  const edges = [...steps].map(([id, figures]): MapEdge => ({ id, ...ends.get(id)!, ...figures }));
  return {
    nodes,
    edges: edges.filter(({ from, to }) => drawn.has(from) && drawn.has(to)),
    leftOut: Object.fromEntries(kinds.map((kind) => [kind, Math.max(0, names[kind].size - room[kind])])),
  };
}

const thinnest = 1.5;
const thickest = 14;

/** Pixels. The square root keeps rare lines visible beside ones that are a thousand times as frequent. */
export const widthOf = (count: number, most: number) =>
  most === 0 ? thinnest : thinnest + (thickest - thinnest) * Math.sqrt(count / most);

/** From this failure rate on, a line is fully red. */
export const worst = 0.2;

/** 0 without failures, 1 from the worst rate on. */
export const badness = ({ count, failed }: Figures) => (count === 0 ? 0 : Math.min(1, failed / count / worst));

/** The node, and everything that leads to it or follows from it. */
export function connected(id: string, edges: readonly MapEdge[]): Set<string> {
  const found = new Set([id]);
  const follow = (from: 'from' | 'to', to: 'from' | 'to') => {
    const queue = [id];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const edge of edges) {
        if (edge[from] !== at || found.has(edge.id)) continue;
        found.add(edge.id);
        found.add(edge[to]);
        queue.push(edge[to]);
      }
    }
  };
  follow('from', 'to');
  follow('to', 'from');
  return found;
}
