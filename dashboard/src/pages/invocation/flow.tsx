import { Background, Controls, MiniMap, ReactFlow, type Edge, type NodeChange, type ReactFlowInstance } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useThemeKey } from '~/charts/use-theme-key';
import { formatCount } from '~/format/number';
import { useLink } from '~/url/state';
import { toneOf } from '~/domain/status';
import { FlowNodeView, type FlowViewNode } from './flow-node';
import type { Graph } from './graph';
import { isTall, layoutOf, nodeSize } from './layout';
import { selectionText, type Selection } from './model';
import page from './invocation.module.css';
import styles from './flow.module.css';

const nodeTypes = { row: FlowNodeView };

type Instance = ReactFlowInstance<FlowViewNode, Edge>;

/** A diagram that would be smaller than this to fit starts at its beginning instead. */
const readable = 0.6;

/** The flow from the source event to its effects. */
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

  const box = useRef<HTMLDivElement>(null);
  const [instance, setInstance] = useState<Instance>();
  useEffect(() => {
    if (!instance || !selected) return;
    // Waits until the inspector has its width.
    const frame = requestAnimationFrame(() => bringIntoView(instance, box.current!, selected));
    return () => cancelAnimationFrame(frame);
  }, [instance, selected]);

  // A click and Enter on a node both change the selection.
  const changed = (changes: NodeChange<FlowViewNode>[]) => {
    const chosen = changes.find((change) => change.type === 'select' && change.selected);
    if (chosen?.type !== 'select') return;
    const node = graph.nodes.find(({ id }) => id === chosen.id);
    if (node?.invocationId) void navigate(link(`/invocations/${node.invocationId}`));
    else if (node?.selection) onSelect(node.selection);
  };

  return (
    <div ref={box} className={`${page.box} ${styles.flow}`}>
      {graph.folded && (
        <p className={styles.folded} role="status">
          Similar events and jobs are grouped: {formatCount(graph.nodes.length)} nodes. The waterfall has each.
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
        onlyRenderVisibleElements={isTall(graph)}
        minZoom={0.1}
        maxZoom={1.6}
        fitViewOptions={{ padding: 0.08, maxZoom: 1 }}
        onInit={(made) => {
          begin(made, box.current!, isTall(graph));
          setInstance(made);
        }}
        aria-label="Flow of the invocation"
      >
        <Background gap={18} size={1} />
        <Controls showInteractive={false} />
        <MiniMap
          pannable
          zoomable
          // The corner beside the root is empty, since the tree grows to the right.
          position={isTall(graph) ? 'bottom-left' : 'top-left'}
          className={isTall(graph) ? styles.besideControls : undefined}
          style={{ width: 150, height: 96 }}
          nodeClassName={(node) => styles[`mini-${toneOf(String(node.data.status))}`] ?? ''} ariaLabel="Map of the diagram"
        />
      </ReactFlow>
    </div>
  );
}

/** The whole diagram if that is readable, otherwise its beginning. */
function begin(flow: Instance, box: HTMLElement, tall: boolean) {
  const { width, height } = box.getBoundingClientRect();
  const bounds = flow.getNodesBounds(flow.getNodes());
  const fits = Math.min(1, (width - 64) / bounds.width, (height - 64) / bounds.height);
  if (fits >= readable) {
    void flow.fitView({ padding: 0.08, maxZoom: 1 });
    return;
  }
  const zoom = 0.8;
  const source = flow.getNode('source')!.position;
  const above = tall ? 24 : (height - nodeSize.height * zoom) / 2;
  void flow.setViewport({ zoom, x: 16 - source.x * zoom, y: above - source.y * zoom });
}

function bringIntoView(flow: Instance, box: HTMLElement, id: string) {
  const node = flow.getNode(id);
  if (!node) return;
  const { left, top, width, height } = box.getBoundingClientRect();
  const corner = flow.flowToScreenPosition(node.position);
  const size = flow.getZoom() * nodeSize.width;
  if (corner.x >= left && corner.x + size <= left + width && corner.y >= top && corner.y + size / 4 <= top + height) return;
  void flow.setCenter(node.position.x + nodeSize.width / 2, node.position.y + nodeSize.height / 2, { zoom: flow.getZoom(), duration: 200 });
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
