import { useState } from 'react';
import { Link } from 'react-router';
import { useGraphql } from '~/api/query';
import { formatCount, formatShort } from '~/format/number';
import { useRange } from '~/url/range-context';
import { useLink } from '~/url/state';
import { nameText, plural } from '~/format/text';
import { usePrevious } from '~/periods/use-previous';
import { Button } from '~/ui/button';
import { Panel } from '~/ui/panel';
import { EmptyState, Note, QueryView, Skeleton } from '~/ui/state';
import { Time } from '~/ui/values';
import { AnalyticsErrorsDocument, type AnalyticsErrorsQuery, type AnalyticsErrorsQueryVariables } from './analytics.generated';
import { errorGroups, mostRowsRead, type ErrorGroup, type ErrorPlace, type Place } from '~/domain/errors';
import { changeOfCount } from '~/domain/change';
import { errorLink } from './error-filters';
import styles from './analytics.module.css';

// The most rows of each query: jobs, handlers, detections, functions.
const lookedAt = 5000;
const shownAtFirst = 8;

function variablesFor(createdAt: { _gte: string; _lt?: string }): AnalyticsErrorsQueryVariables {
  const created_at = createdAt;
  return {
    jobs: { created_at, status: { _in: ['failed', 'crashed'] } },
    handlers: { created_at, handler_error: { _is_null: false } },
    detections: { created_at, detection_error: { _is_null: false } },
    invocations: { created_at, error_message: { _is_null: false } },
    limit: lookedAt,
  };
}

/** Errors whose messages differ only in ids, numbers and values are one. */
export function Errors() {
  const { where } = useRange();
  const before = usePrevious();
  const query = useGraphql(AnalyticsErrorsDocument, variablesFor(where));
  const earlier = useGraphql(AnalyticsErrorsDocument, variablesFor(before.where), { enabled: before.covered === true });
  const comparable = before.covered === true && earlier.data !== undefined && !earlier.isPlaceholderData && isComplete(earlier.data);
  return (
    <Panel title="Errors" aside="grouped without ids, numbers and quoted values">
      <QueryView query={query} what="Errors" loading={<Skeleton height={240} />}>
        {(data) => <List data={data} before={comparable && isComplete(data) ? earlier.data : undefined} />}
      </QueryView>
      {before.covered === false && <Note><span title={before.why}>Not enough data before to say what is new.</span></Note>}
    </Panel>
  );
}

const isComplete = (data: AnalyticsErrorsQuery) => mostRowsRead(data) < lookedAt;

function List({ data, before }: { data: AnalyticsErrorsQuery; before: AnalyticsErrorsQuery | undefined }) {
  const [all, setAll] = useState(false);
  const groups = errorGroups(data, before);
  if (groups.length === 0) return <EmptyState title="No errors in this time range" />;
  const shown = all ? groups : groups.slice(0, shownAtFirst);
  return (
    <>
      <ul className={styles.errors}>
        {shown.map((group) => (
          <ErrorLine key={group.fingerprint} group={group} groups={groups} complete={isComplete(data)} compared={before !== undefined} />
        ))}
      </ul>
      {groups.length > shown.length && (
        <Button look="quiet" onClick={() => setAll(true)}>
          {formatCount(groups.length - shown.length)} more
        </Button>
      )}
      {!isComplete(data) && <Note>Only the latest {formatCount(lookedAt)} errors of each kind are counted.</Note>}
    </>
  );
}

const placesShown = 4;

function ErrorLine({ group, groups, complete, compared }: { group: ErrorGroup; groups: readonly ErrorGroup[]; complete: boolean; compared: boolean }) {
  const change = compared ? changeOfCount(group.count, group.before, true) : undefined;
  const further = group.places.length - placesShown;
  return (
    <li>
      <span className={styles.count}>
        <strong className="numeric" title={`${formatCount(group.count)} times`}>{formatShort(group.count)}</strong>
        <span className={styles.change} data-tone={change?.tone} title={change?.why}>{change?.text}</span>
      </span>
      <span className={styles.message} title={group.example}>
        {group.fingerprint || 'without a message'}
      </span>
      <span className={styles.where}>
        {group.places.slice(0, placesShown).map((found) => (
          <span key={`${found.place} ${found.name}`}>
            {placeNames[found.place]} {nameText(found.name)} <Occurrences found={found} group={group} groups={groups} complete={complete} /> ·{' '}
          </span>
        ))}
        {further > 0 && `${formatCount(further)} more ${plural(further, 'place')} · `}
        last <Time at={group.last} />
      </span>
    </li>
  );
}

/** How often it happened at one place, which links to just these. */
function Occurrences({ found, group, groups, complete }: { found: ErrorPlace; group: ErrorGroup; groups: readonly ErrorGroup[]; complete: boolean }) {
  const link = useLink();
  const count = `${formatCount(found.count)}${complete ? '' : ' or more'} ×`;
  const to = errorLink(found, group, groups);
  return to ? <Link to={link(to.path, { f: to.filters })}>{count}</Link> : count;
}

const placeNames: Record<Place, string> = {
  job: 'job', handler: 'handler of', detection: 'detection of', function: 'function',
};
