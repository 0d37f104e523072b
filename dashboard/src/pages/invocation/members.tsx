import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactNode } from 'react';
import { Link } from 'react-router';
import { nameText } from '~/format/text';
import { useLink } from '~/url/state';
import { StatusBadge } from '~/ui/status';
import { Duration } from '~/ui/values';
import type { FoldMembers } from './graph';
import type { EventRow, JobRow, Selection, TriggeredRow } from './model';
import styles from './inspector.module.css';

type Choose = (selection: Selection) => void;

/** The rows of a node. */
export function Members({ members, onSelect }: { members: FoldMembers; onSelect: Choose }) {
  if ('jobs' in members) {
    return <Rows rows={members.jobs} render={(job) => <JobItem job={job} onSelect={onSelect} />} />;
  }
  if ('events' in members) {
    return <Rows rows={members.events} render={(event) => <EventItem event={event} onSelect={onSelect} />} />;
  }
  return <TriggeredList rows={members.triggered} />;
}

export function TriggeredList({ rows }: { rows: readonly TriggeredRow[] }) {
  return <Rows rows={rows} render={(row) => <TriggeredItem row={row} />} />;
}

function Rows<Row extends { id: string }>({ rows, render }: { rows: readonly Row[]; render: (row: Row) => ReactNode }) {
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    getItemKey: (index) => rows[index]!.id,
    overscan: 10,
  });
  return (
    <div ref={scroller} style={{ maxHeight: 420, overflow: 'auto' }} tabIndex={-1}>
      <ul className={`${styles.list} ${styles.members}`} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => (
          <li key={item.key} className={styles.member} style={{ transform: `translateY(${item.start}px)` }}>
            {render(rows[item.index]!)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function JobItem({ job, onSelect }: { job: JobRow; onSelect: Choose }) {
  return (
    <button type="button" className={styles.item} onClick={() => onSelect({ kind: 'job', id: job.id })}>
      <span className="truncate">{nameText(job.job_name)}</span>
      <Duration ms={job.duration_ms} />
      <StatusBadge status={job.status} />
    </button>
  );
}

function EventItem({ event, onSelect }: { event: EventRow; onSelect: Choose }) {
  return (
    <button type="button" className={styles.item} onClick={() => onSelect({ kind: 'event', id: event.id })}>
      <span className="truncate">{nameText(event.event_name)}</span>
      <Duration ms={event.detection_duration_ms} />
      {event.status !== 'not_detected' && <StatusBadge status={event.status} />}
    </button>
  );
}

function TriggeredItem({ row }: { row: TriggeredRow }) {
  const link = useLink();
  return (
    <Link className={styles.item} to={link(`/invocations/${row.id}`)}>
      <span className="truncate" title={row.source_function}>
        {nameText(row.source_function)} <span className="muted">{[row.source_operation, row.source_table].filter(Boolean).join(' ')}</span>
      </span>
      <Duration ms={row.total_duration_ms} />
      <StatusBadge status={row.status} />
    </Link>
  );
}
