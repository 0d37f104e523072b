import { Graph as Dagre, layout } from '@dagrejs/dagre';
import { kinds, type FlowMap } from './map';

export const nodeSize = { width: 220, height: 50 };
export const headingHeight = 34;
const columnGap = 110;
const rowGap = 12;

/** The upper left corner of each node. The order within a column reduces crossing lines. */
export function layoutOf({ nodes, edges }: Pick<FlowMap, 'nodes' | 'edges'>): Map<string, { x: number; y: number }> {
  const drawn = new Dagre();
  drawn.setGraph({ rankdir: 'LR', nodesep: rowGap, ranksep: columnGap });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) drawn.setNode(id, { ...nodeSize });
  // Whole numbers: dagre adds weights, and fails if rounding makes a sum negative.
  for (const { from, to, count } of edges) drawn.setEdge(from, to, { weight: 1 + Math.round(Math.log2(count)) });
  layout(drawn);
  // The kind of a node determines its column, even if no line leads to it.
  const columns = kinds.map((kind) => nodes.filter((node) => node.kind === kind));
  const height = Math.max(...columns.map((column) => column.length)) * (nodeSize.height + rowGap);
  const places = new Map<string, { x: number; y: number }>();
  columns.forEach((column, index) => {
    const wanted = column.map(({ id }) => ({ id, y: (drawn.node(id) as { y: number }).y })).sort((a, b) => a.y - b.y);
    const step = wanted.length === 0 ? 0 : height / wanted.length;
    wanted.forEach(({ id }, place) => {
      places.set(id, { x: index * (nodeSize.width + columnGap), y: (place + 0.5) * step - nodeSize.height / 2 });
    });
  });
  return places;
}

/** The size of the placed nodes, with the headings above them. */
export function sizeOf(placed: readonly { position: { x: number; y: number } }[]) {
  const xs = placed.map(({ position }) => position.x);
  const ys = placed.map(({ position }) => position.y);
  const top = Math.min(...ys) - headingHeight;
  return { top, width: Math.max(...xs) + nodeSize.width, height: Math.max(...ys) + nodeSize.height - top };
}
