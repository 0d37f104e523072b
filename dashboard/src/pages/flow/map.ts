import { isFailure } from '~/ui/status';

/** Who takes part, in the order of the columns. A function that a job triggered stands at the end again. */
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
  /** Those that had no room, by how often they ran. */
  leftOut: Partial<Record<Kind, number>>;
}

/** How often something ended how. */
export interface Group {
  name: string;
  status: string;
  count: number;
}

export const nodeId = (kind: Kind, name: string) => `${kind} ${name}`;

export function byName(groups: readonly Group[]): Map<string, Figures> {
  const found = new Map<string, Figures>();
  for (const { name, status, count } of groups) {
    const before = found.get(name) ?? { count: 0, failed: 0 };
    found.set(name, { count: before.count + count, failed: before.failed + (isFailure(status) ? count : 0) });
  }
  return found;
}

/** The names that ran most, as many as there is room for. */
export function busiest(groups: readonly Group[], room: number): { names: string[]; leftOut: number } {
  const names = [...byName(groups)].sort(([a, x], [b, y]) => y.count - x.count || a.localeCompare(b)).map(([name]) => name);
  return { names: names.slice(0, room), leftOut: Math.max(0, names.length - room) };
}

/** What each of the names led to. */
export type Steps = ReadonlyMap<string, readonly Group[]>;

export function mapOf(parts: {
  functions: readonly Group[];
  events: readonly Group[];
  jobs: readonly Group[];
  detected: Steps;
  started: Steps;
  triggered: Steps;
}): Pick<FlowMap, 'nodes' | 'edges'> {
  const nodes = new Map<string, MapNode>();
  const add = (kind: Kind, names: Iterable<string>, figures: Map<string, Figures>) => {
    for (const name of names) nodes.set(nodeId(kind, name), { id: nodeId(kind, name), kind, name, ...figures.get(name)! });
  };
  add('function', parts.detected.keys(), byName(parts.functions));
  add('event', parts.started.keys(), byName(parts.events));
  add('job', parts.triggered.keys(), byName(parts.jobs));
  const endings = byName([...parts.triggered.values()].flat());
  add('triggered', endings.keys(), endings);

  const edges = [
    ...edgesOf('function', 'event', parts.detected),
    ...edgesOf('event', 'job', parts.started),
    ...edgesOf('job', 'triggered', parts.triggered),
  ].filter(({ from, to }) => nodes.has(from) && nodes.has(to));
  return { nodes: [...nodes.values()], edges };
}

function edgesOf(from: Kind, to: Kind, steps: Steps): MapEdge[] {
  return [...steps].flatMap(([source, groups]) =>
    [...byName(groups)].map(([target, figures]) => ({
      id: `${nodeId(from, source)} > ${nodeId(to, target)}`,
      from: nodeId(from, source),
      to: nodeId(to, target),
      ...figures,
    })),
  );
}

const thinnest = 1.5;
const thickest = 14;

/** Pixels. The root keeps what is rare visible beside what happens a thousand times as often. */
export const widthOf = (count: number, most: number) =>
  most === 0 ? thinnest : thinnest + (thickest - thinnest) * Math.sqrt(count / most);

/** From here on nothing gets redder: a fifth failing is as bad as it has to look. */
export const worst = 0.2;

/** 0 where all went well, 1 where it cannot look worse. */
export const badness = ({ count, failed }: Figures) => (count === 0 ? 0 : Math.min(1, failed / count / worst));

/** The node itself and everything that leads to it or comes of it. */
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
