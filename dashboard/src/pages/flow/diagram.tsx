import { Background, Controls, MiniMap, ReactFlow, type Edge } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { useThemeKey } from '~/charts/use-theme-key';
import { filterToText } from '~/filters/fields';
import { formatCount, formatRate, formatShort } from '~/format/number';
import { useLink } from '~/url/state';
import { layoutOf, nodeSize } from './layout';
import { badness, connected, widthOf, type FlowMap, type MapEdge, type MapNode } from './map';
import { NodeView, type ViewNode } from './node';
import styles from './flow.module.css';

const nodeTypes = { row: NodeView };

/** The map itself. What is pointed at shows where it comes from and leads to; a click shows its invocations. */
export function Diagram({ map }: { map: FlowMap }) {
  const theme = useThemeKey();
  const link = useLink();
  const navigate = useNavigate();
  const [pointed, setPointed] = useState<string>();
  const lit = useMemo(() => (pointed === undefined ? undefined : connected(pointed, map.edges)), [pointed, map]);
  const placed = useMemo(() => placedNodes(map), [map]);
  const drawn = useMemo(() => drawnEdges(map), [map]);
  const shade = (id: string) => (lit && !lit.has(id) ? styles.faded : undefined);

  const open = (filters: readonly string[]) => void navigate(link('/invocations', { f: filters }));
  const nodeOf = (id: string) => map.nodes.find((node) => node.id === id)!;

  return (
    <div className={styles.diagram}>
      <ReactFlow
        key={placed.map(({ id }) => id).join('\n')}
        nodes={placed.map((node) => ({ ...node, className: shade(node.id) }))}
        edges={drawn.map((edge) => ({ ...edge, className: shade(edge.id) ?? styles.edge }))}
        nodeTypes={nodeTypes}
        colorMode={theme}
        onNodeClick={(_event, { id }) => open(filtersOf(nodeOf(id)))}
        onEdgeClick={(_event, { source, target }) => open([...filtersOf(nodeOf(source)), ...filtersOf(nodeOf(target))])}
        onNodesChange={(changes) => {
          // Enter on a node that has the focus comes as a selection.
          const chosen = changes.find((change) => change.type === 'select' && change.selected);
          if (chosen?.type === 'select') open(filtersOf(nodeOf(chosen.id)));
        }}
        onNodeMouseEnter={(_event, { id }) => setPointed(id)}
        onNodeMouseLeave={() => setPointed(undefined)}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        multiSelectionKeyCode={null}
        minZoom={0.1}
        maxZoom={1.6}
        fitView
        fitViewOptions={{ padding: 0.06, maxZoom: 1.1 }}
        aria-label="Map of functions, events and jobs"
      >
        <Background gap={18} size={1} />
        <Controls showInteractive={false} />
        {map.nodes.length > 40 && <MiniMap pannable zoomable ariaLabel="Small map" />}
      </ReactFlow>
    </div>
  );
}

/** The invocations in which a node took part. */
function filtersOf({ kind, name }: MapNode): string[] {
  const field = kind === 'triggered' ? 'function' : kind;
  const filters = [filterToText({ field, operator: 'is', values: [name] })];
  return kind === 'triggered' ? [...filters, filterToText({ field: 'source_job', operator: 'present', values: [] })] : filters;
}

function placedNodes(map: FlowMap): ViewNode[] {
  const places = layoutOf(map);
  return map.nodes.map((node) => ({
    id: node.id,
    type: 'row' as const,
    position: places.get(node.id)!,
    ...nodeSize,
    data: { ...node },
    ariaLabel: `${node.kind} ${describe(node)}`,
  }));
}

function drawnEdges({ edges, nodes }: FlowMap): Edge[] {
  const most = Math.max(...edges.map(({ count }) => count), 1);
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return edges.map((edge) => ({
    id: edge.id,
    source: edge.from,
    target: edge.to,
    label: formatShort(edge.count),
    labelShowBg: true,
    labelBgPadding: [5, 2],
    labelBgBorderRadius: 4,
    style: { strokeWidth: widthOf(edge.count, most), stroke: colorOf(edge) },
    interactionWidth: 18,
    ariaLabel: `${names.get(edge.from)} to ${describe({ ...edge, name: names.get(edge.to)! })}`,
  }));
}

export const colorOf = (edge: Pick<MapEdge, 'count' | 'failed'>) =>
  `color-mix(in srgb, var(--failure-chart) ${Math.round(badness(edge) * 100)}%, var(--flow-calm))`;

const describe = ({ name, count, failed }: { name: string; count: number; failed: number }) =>
  `${name}: ${formatCount(count)} times, ${formatRate(failed, count)} failed`;
