import { Graph as Dagre, layout } from '@dagrejs/dagre';
import type { Graph } from './graph';

export const nodeSize = { width: 236, height: 56 };

/** From this many nodes on, a diagram starts at its upper left corner; a smaller one is centred. */
export const isTall = ({ nodes }: Pick<Graph, 'nodes'>) => nodes.length > 60;

/** The upper left corner of each node; the tree grows to the right. */
export function layoutOf({ nodes, edges }: Graph): Map<string, { x: number; y: number }> {
  const drawn = new Dagre();
  drawn.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 56, ranker: 'tight-tree', align: isTall({ nodes }) ? 'UL' : undefined });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) drawn.setNode(id, { ...nodeSize });
  for (const { from, to } of edges) drawn.setEdge(from, to);
  // A tree in time order has no crossings.
  layout(drawn, { disableOptimalOrderHeuristic: true });
  return new Map(
    nodes.map(({ id }) => {
      const { x, y } = drawn.node(id) as { x: number; y: number };
      return [id, { x: x - nodeSize.width / 2, y: y - nodeSize.height / 2 }];
    }),
  );
}
