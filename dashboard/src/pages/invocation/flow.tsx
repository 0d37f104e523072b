import { Background, Controls, MiniMap, ReactFlow, type Edge, type NodeChange } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useThemeKey } from '~/charts/use-theme-key';
import { formatCount } from '~/format/number';
import { useLink } from '~/url/state';
import { toneOf } from '~/ui/status';
import { FlowNodeView, type FlowViewNode } from './flow-node';
import type { Graph } from './graph';
import { layoutOf, nodeSize } from './layout';
import { selectionText, type Selection } from './model';
import page from './invocation.module.css';
import styles from './flow.module.css';

const nodeTypes = { row: FlowNodeView };

/** A diagram with more nodes than this is first shown from its beginning, not shrunk until it fits. */
const fitting = 40;

/** From what happened at the source to what came of it. */
export function Flow({ graph, selection, onSelect }: {
  graph: Graph;
  selection: Selection | undefined;
  onSelect: (selection: Selection | undefined) => void;
}) {
  const theme = useThemeKey();
  const link = useLink();
  const navigate = useNavigate();
  const selected = selection && selectionText(selection);

  const placed = useMemo(() => placedNodes(graph), [graph]);
  const nodes = useMemo(() => placed.map((node) => (node.id === selected ? { ...node, selected: true } : node)), [placed, selected]);
  const edges = useMemo(() => drawnEdges(graph), [graph]);
  const first = useMemo(() => (placed.length > fitting ? placed.slice(0, 6).map(({ id }) => ({ id })) : undefined), [placed]);

  // Clicking and pressing Enter on a node both come as a change of what is selected.
  const changed = (changes: NodeChange<FlowViewNode>[]) => {
    const chosen = changes.find((change) => change.type === 'select' && change.selected);
    if (chosen?.type !== 'select') return;
    const node = graph.nodes.find(({ id }) => id === chosen.id);
    if (node?.invocationId) void navigate(link(`/invocations/${node.invocationId}`));
    else if (node?.selection) onSelect(node.selection);
  };

  return (
    <div className={`${page.box} ${styles.flow}`}>
      {graph.folded && (
        <p className={styles.folded} role="status">
          Alike events and jobs are drawn as one: {formatCount(graph.nodes.length)} nodes. The waterfall has each.
        </p>
      )}
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        onNodesChange={changed}
        onPaneClick={() => onSelect(undefined)}
        colorMode={theme}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        multiSelectionKeyCode={null}
        onlyRenderVisibleElements={placed.length > fitting}
        minZoom={0.1}
        maxZoom={1.6}
        fitView
        fitViewOptions={{ padding: 0.08, maxZoom: 1, minZoom: 0.45, nodes: first }}
        aria-label="Flow of the invocation"
      >
        <Background gap={18} size={1} />
        <Controls showInteractive={false} />
        <MiniMap pannable zoomable nodeClassName={(node) => styles[`mini-${toneOf(String(node.data.status))}`] ?? ''} ariaLabel="Map of the diagram" />
      </ReactFlow>
    </div>
  );
}

function placedNodes(graph: Graph): FlowViewNode[] {
  const places = layoutOf(graph);
  return graph.nodes.map((node) => ({
    id: node.id,
    type: 'row' as const,
    position: places.get(node.id)!,
    ...nodeSize,
    data: { ...node },
    ariaLabel: `${node.kind} ${node.label} ${node.status}`,
  }));
}

function drawnEdges(graph: Graph): Edge[] {
  return graph.edges.map(({ from, to, failed }) => ({
    id: `${from}>${to}`,
    source: from,
    target: to,
    className: failed ? styles.failed : undefined,
  }));
}
