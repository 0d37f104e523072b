import { Background, Controls, ReactFlow, type Edge, type ReactFlowInstance } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { nameText } from '~/format/text';
import { useThemeKey } from '~/charts/use-theme-key';
import { filterToText } from '~/filters/fields';
import { formatCount, formatRate, formatShort } from '~/format/number';
import { useLink } from '~/url/state';
import { headingHeight, layoutOf, nodeSize, sizeOf } from './layout';
import { badness, connected, kinds, widthOf, type FlowMap, type Kind, type MapEdge, type MapNode } from './map';
import { HeadingView, NodeView, type HeadingNode, type ViewNode } from './node';
import styles from './flow.module.css';

const nodeTypes = { row: NodeView, heading: HeadingView };

const margin = 20;
// Below this scale, the user pans instead.
const readable = 0.72;

/** The map. Pointing at a node highlights what leads to it and follows from it; a click shows what it counts. */
export function Diagram({ map }: { map: FlowMap }) {
  const theme = useThemeKey();
  const link = useLink();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  const [pointed, setPointed] = useState<string>();
  const lit = useMemo(() => (pointed === undefined ? undefined : connected(pointed, map.edges)), [pointed, map]);
  const placed = useMemo(() => placedNodes(map), [map]);
  const size = useMemo(() => sizeOf(placed), [placed]);
  const headings = useMemo(() => headingNodes(placed), [placed]);
  const drawn = useMemo(() => drawnEdges(map), [map]);
  const shade = (id: string) => (lit && !lit.has(id) ? styles.faded : undefined);

  const nodes: (ViewNode | HeadingNode)[] = [...headings, ...placed.map((node) => ({ ...node, className: shade(node.id) }))];
  const edges: Edge[] = drawn.map((edge) => ({ ...edge, className: shade(edge.id) ?? styles.edge }));

  // As wide as the page and as high as needed: the page scrolls, not the map.
  const begin = (flow: ReactFlowInstance<ViewNode | HeadingNode, Edge>) => {
    const width = box.current!.clientWidth;
    const next = Math.min(1.05, Math.max(readable, (width - 2 * margin) / size.width));
    setZoom(next);
    void flow.setViewport({ zoom: next, x: Math.max(margin, (width - size.width * next) / 2), y: margin - size.top * next });
  };

  const open = ({ path, filters }: { path: string; filters: readonly string[] }) => void navigate(link(path, { f: filters }));
  const nodeAt = (id: string) => map.nodes.find((node) => node.id === id)!;

  return (
    <div ref={box} className={styles.diagram} style={{ height: size.height * zoom + 2 * margin + 2 }}>
      <ReactFlow
        key={placed.map(({ id }) => id).join('\n')}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={theme}
        onEdgeClick={(_event, { source, target }) => open(listBetween(nodeAt(source), nodeAt(target)))}
        onNodesChange={(changes) => {
          // A click selects a node, and so does Enter on a focused node.
          const selected = changes.find((change) => change.type === 'select' && change.selected);
          if (selected?.type === 'select') open(listOf(nodeAt(selected.id)));
        }}
        onNodeMouseEnter={(_event, { id }) => setPointed(id.startsWith('heading ') ? undefined : id)}
        onNodeMouseLeave={() => setPointed(undefined)}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        multiSelectionKeyCode={null}
        minZoom={0.2}
        maxZoom={1.6}
        zoomOnScroll={false}
        preventScrolling={false}
        onInit={begin}
        aria-label="Map of functions, events and jobs"
      >
        <Background gap={18} size={1} />
        <Controls showInteractive={false} showFitView={false} />
      </ReactFlow>
    </div>
  );
}

const is = (field: string, value: string) => filterToText({ field, operator: 'is', values: [value] });

/** What a node counts: jobs, or invocations. */
function listOf({ kind, name }: MapNode) {
  if (kind === 'job') return { path: '/jobs', filters: [is('job', name)] };
  const filters = kind === 'triggered' ? [is('function', name), filterToText({ field: 'source_job', operator: 'present', values: [] })] : [is(kind, name)];
  return { path: '/invocations', filters };
}

/** Of what a line counts: those in which one node led to the other. */
function listBetween(from: MapNode, to: MapNode) {
  if (to.kind === 'triggered') return { path: '/invocations', filters: [is('function', to.name), is('triggered_by', from.name)] };
  return { path: listOf(to).path, filters: [is(from.kind, from.name), is(to.kind, to.name)] };
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

const headingTexts: Record<Kind, string> = { function: 'Functions', event: 'detect events', job: 'that start jobs', triggered: 'that trigger functions' };

function headingNodes(placed: readonly ViewNode[]): HeadingNode[] {
  const top = Math.min(...placed.map(({ position }) => position.y));
  return kinds.flatMap((kind) => {
    const first = placed.find(({ data }) => data.kind === kind);
    if (!first) return [];
    return {
      id: `heading ${kind}`,
      type: 'heading' as const,
      position: { x: first.position.x, y: top - headingHeight },
      width: nodeSize.width,
      height: headingHeight,
      data: { text: headingTexts[kind] },
      selectable: false,
      focusable: false,
    };
  });
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

const colorOf = (edge: Pick<MapEdge, 'count' | 'failed'>) =>
  `color-mix(in srgb, var(--failure-chart) ${Math.round(badness(edge) * 100)}%, var(--flow-calm))`;

const describe = ({ name, count, failed }: { name: string; count: number; failed: number }) =>
  `${nameText(name)}: ${formatCount(count)} times, ${formatRate(failed, count)} failed`;
