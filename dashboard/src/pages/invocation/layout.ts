import { Graph as Dagre, layout } from '@dagrejs/dagre';
import type { Graph } from './graph';

export const nodeSize = { width: 236, height: 56 };

/** Where the upper left corner of each node goes, from left to right. */
export function layoutOf({ nodes, edges }: Graph): Map<string, { x: number; y: number }> {
  const drawn = new Dagre();
  drawn.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 56 });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) drawn.setNode(id, { ...nodeSize });
  for (const { from, to } of edges) drawn.setEdge(from, to);
  layout(drawn);
  return new Map(
    nodes.map(({ id }) => {
      const { x, y } = drawn.node(id) as { x: number; y: number };
      return [id, { x: x - nodeSize.width / 2, y: y - nodeSize.height / 2 }];
    }),
  );
}
