import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { Braces, CircleSlash, Cog, Database, ExternalLink, Zap, type LucideIcon } from 'lucide-react';
import { memo } from 'react';
import { nameText } from '~/format/text';
import { formatDuration } from '~/format/duration';
import { formatCount } from '~/format/number';
import { toneOf } from '~/domain/status';
import type { FlowNode, NodeKind } from './graph';
import styles from './flow.module.css';

export type FlowViewNode = Node<FlowNode & Record<string, unknown>, 'row'>;

const icons: Record<NodeKind, LucideIcon> = {
  source: Database,
  invocation: Braces,
  event: Zap,
  undetected: CircleSlash,
  job: Cog,
  triggered: ExternalLink,
};

const kindNames: Record<NodeKind, string> = {
  source: 'source',
  invocation: 'invocation',
  event: 'event',
  undetected: '',
  job: 'job',
  triggered: 'triggers',
};

export const FlowNodeView = memo(function FlowNodeView({ data }: NodeProps<FlowViewNode>) {
  const { kind, label, note, status, count, failed, durationMs } = data;
  const Icon = icons[kind];
  return (
    <div className={styles.node} data-kind={kind} data-tone={toneOf(status)} title={label}>
      {kind !== 'source' && <Handle type="target" position={Position.Left} isConnectable={false} />}
      <span className={styles.icon}>
        <Icon aria-hidden="true" />
      </span>
      <span className={styles.text}>
        <span className={`${styles.label} truncate`}>
          {count > 1 && kind !== 'undetected' && <strong>{formatCount(count)} × </strong>}
          {nameText(label)}
        </span>
        <span className={`${styles.note} truncate`}>
          {[kindNames[kind], stateText(status, count, failed), durationMs === null ? undefined : formatDuration(durationMs), note]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      {kind !== 'triggered' && <Handle type="source" position={Position.Right} isConnectable={false} />}
    </div>
  );
});

/** Success needs no word; other states have one, since colour alone is not enough. */
function stateText(status: string, count: number, failed: number): string | undefined {
  if (count > 1 && failed > 0) return `${formatCount(failed)} failed`;
  if (status === 'completed' || status === 'not_detected' || status === '') return undefined;
  return status.replaceAll('_', ' ');
}
