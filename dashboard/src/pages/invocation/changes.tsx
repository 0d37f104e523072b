import { useMemo, useState } from 'react';
import { jsonText, type Json } from '~/api/json';
import { formatCount } from '~/format/number';
import { plural } from '~/format/text';
import { Button } from '~/ui/button';
import { EmptyState } from '~/ui/state';
import { CopyButton } from '~/ui/values';
import { diffJson, type Change } from './diff';
import styles from './changes.module.css';

const most = 500;

/** Two documents side by side, path by path. Equal parts are folded. */
export function Changes({ before, after, names }: { before: Json; after: Json; names: readonly [string, string] }) {
  const [all, setAll] = useState(false);
  const changes = useMemo(() => diffJson(before, after), [before, after]);
  const differing = useMemo(() => changes.filter(({ kind }) => kind !== 'same'), [changes]);
  const same = changes.length - differing.length;
  const shown = (all ? changes : differing).slice(0, most);
  const hidden = (all ? changes : differing).length - shown.length;

  return (
    <div className={styles.changes}>
      {shown.length === 0 ? (
        <EmptyState title="No differences" />
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">{names[0]}</th>
              <th scope="col">{names[1]}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((change) => (
              <Row key={change.path} change={change} names={names} />
            ))}
          </tbody>
        </table>
      )}
      <p className={styles.foot}>
        <span className="muted">
          {formatCount(differing.length)} {plural(differing.length, 'field differs', 'fields differ')}
          {hidden > 0 && ` · ${formatCount(hidden)} more not shown`}
        </span>
        {same > 0 && (
          <Button look="quiet" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? 'Hide' : 'Show'} {formatCount(same)} unchanged
          </Button>
        )}
        <CopyButton label="Copy the differences" text={() => jsonText(differing, 2)} />
      </p>
    </div>
  );
}

function Row({ change: { path, kind, before, after }, names }: { change: Change; names: readonly [string, string] }) {
  return (
    <tr data-kind={kind}>
      <th scope="row">
        {path.replace(/^\$\.?/, '') || '(whole value)'}
        <span className="visually-hidden"> {kind}</span>
      </th>
      <td data-name={names[0]} data-side="before">
        <Value value={before} />
      </td>
      <td data-name={names[1]} data-side="after">
        <Value value={after} />
      </td>
    </tr>
  );
}

function Value({ value }: { value: Json | undefined }) {
  if (value === undefined) return <span className={styles.none}>not there</span>;
  return <code>{jsonText(value, 2)}</code>;
}
