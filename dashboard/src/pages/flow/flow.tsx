import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { timelessKey, useLastResult } from '~/api/last-result';
import { formatDuration } from '~/format/duration';
import { formatCount } from '~/format/number';
import { useRange } from '~/url/range-context';
import { PageHeader } from '~/ui/panel';
import { EmptyState, Note, QueryView, Skeleton } from '~/ui/state';
import { Diagram } from './diagram';
import { fetchMap, type FetchedMap } from './fetch';
import { worst } from './map';
import styles from './flow.module.css';

export default function Flow() {
  const { range, resolved } = useRange();
  const query = useQuery({
    queryKey: ['flow', range, resolved],
    queryFn: ({ signal }) => fetchMap(range, resolved, signal),
    placeholderData: keepPreviousData,
  });
  const data = useLastResult(query.data, query.isPlaceholderData, timelessKey(range));
  return (
    <>
      <PageHeader title="Event flow">
        <Key />
      </PageHeader>
      <QueryView query={{ ...query, data }} what="The map" loading={<Skeleton height={480} />}>
        {(map) => (map.nodes.length === 0 ? <NothingRan /> : <Drawn map={map} />)}
      </QueryView>
    </>
  );
}

function Drawn({ map }: { map: FetchedMap }) {
  const remarks = remarksOn(map);
  return (
    <>
      {remarks.length > 0 && <Note>{remarks.join(' ')}</Note>}
      <Diagram map={map} />
    </>
  );
}

function remarksOn({ part, leftOut }: FetchedMap): string[] {
  const remarks = [];
  if (part) {
    remarks.push(`Too many runs for one map: it shows the latest ${formatCount(part.invocations)} invocations, from ${formatDuration(part.ms)}.`);
  }
  const more = Object.entries(leftOut).filter(([, count]) => count > 0);
  if (more.length > 0) {
    remarks.push(`Not shown: ${more.map(([kind, count]) => `${formatCount(count)} more ${kind === 'triggered' ? 'triggered function' : kind}s`).join(', ')}.`);
  }
  return remarks;
}

function Key() {
  return (
    <ul className={styles.key} aria-label="Key">
      <li>
        <span className={styles.thin} /> <span className={styles.thick} /> rarely to often
      </li>
      <li>
        <span className={styles.scale} /> none to {worst * 100}% failed
      </li>
    </ul>
  );
}

function NothingRan() {
  return (
    <EmptyState title="No runs in this time range">
      Choose a longer time range above. The map shows how functions, events and jobs triggered each other.
    </EmptyState>
  );
}
