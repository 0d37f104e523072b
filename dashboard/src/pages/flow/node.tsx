import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { Braces, Cog, CornerDownRight, Zap, type LucideIcon } from 'lucide-react';
import { memo } from 'react';
import { nameText } from '~/format/text';
import { formatRate, formatShort } from '~/format/number';
import { badness, type Kind, type MapNode } from './map';
import styles from './flow.module.css';

export type ViewNode = Node<MapNode & Record<string, unknown>, 'row'>;
export type HeadingNode = Node<{ text: string }, 'heading'>;

const icons: Record<Kind, LucideIcon> = { function: Braces, event: Zap, job: Cog, triggered: CornerDownRight };

export const NodeView = memo(function NodeView({ data }: NodeProps<ViewNode>) {
  const { kind, name, count, failed } = data;
  const Icon = icons[kind];
  return (
    <div className={styles.node} data-kind={kind} title={name} style={{ '--bad': `${Math.round(badness(data) * 100)}%` } as object}>
      {kind !== 'function' && <Handle type="target" position={Position.Left} isConnectable={false} />}
      <span className={styles.icon}>
        <Icon aria-hidden="true" />
      </span>
      <span className={styles.text}>
        <span className={`${styles.name} truncate`}>{nameText(name)}</span>
        <span className={`${styles.note} truncate`}>
          {formatShort(count)} ×
          {failed > 0 && <span className={styles.failed}> · {formatRate(failed, count)} failed</span>}
        </span>
      </span>
      {kind !== 'triggered' && <Handle type="source" position={Position.Right} isConnectable={false} />}
    </div>
  );
});

export const HeadingView = memo(function HeadingView({ data }: NodeProps<HeadingNode>) {
  return <span className={styles.heading}>{data.text}</span>;
});
