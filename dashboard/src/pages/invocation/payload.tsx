import { useUrlState } from '~/url/state';
import { Segmented } from '~/ui/field';
import { JsonViewer } from '~/ui/json-viewer';
import { EmptyState } from '~/ui/state';
import { Changes } from './changes';
import type { Invocation } from './model';
import { rowChangeOf } from './row-change';
import { documentHeight } from './document-height';
import styles from './invocation.module.css';

type View = 'changes' | 'new' | 'old' | 'whole';

/** The payload of the source: the changes of an updated row, or the row, and the whole document. */
export function Payload({ invocation: { source_event_payload: payload } }: { invocation: Invocation }) {
  const url = useUrlState();
  if (payload === null) {
    return (
      <div className={styles.box}>
        <EmptyState title="No payload recorded">The host can switch the recording of payloads off.</EmptyState>
      </div>
    );
  }
  const row = rowChangeOf(payload);
  const views: { value: View; label: string }[] = [];
  if (row?.before !== undefined && row.after !== undefined) views.push({ value: 'changes', label: 'Changes' });
  if (row?.after !== undefined) views.push({ value: 'new', label: row.before === undefined ? 'Row' : 'New' });
  if (row?.before !== undefined) views.push({ value: 'old', label: row.after === undefined ? 'Deleted row' : 'Old' });
  views.push({ value: 'whole', label: 'Whole event' });
  const view = views.find(({ value }) => value === url.get('show'))?.value ?? views[0]!.value;

  return (
    <div className={styles.box}>
      {views.length > 1 && (
        <div className={styles.bar}>
          <Segmented
            label="Part of the payload"
            value={view}
            options={views}
            onChange={(next) => url.set({ show: next === views[0]!.value ? null : next }, { replace: true })}
          />
        </div>
      )}
      <div className={styles.document}>
        {view === 'changes' && <Changes before={row!.before!} after={row!.after!} names={['Old', 'New']} />}
        {view === 'new' && <JsonViewer key={view} label="New row" value={row!.after!} openDepth={4} maxHeight={documentHeight} />}
        {view === 'old' && <JsonViewer key={view} label="Old row" value={row!.before!} openDepth={4} maxHeight={documentHeight} />}
        {view === 'whole' && <JsonViewer key={view} label="Event" value={payload} openDepth={4} maxHeight={documentHeight} />}
      </div>
    </div>
  );
}
