import { useMemo, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useGraphql } from '~/api/query';
import { filterToText } from '~/filters/fields';
import { formatDuration } from '~/format/duration';
import { nameText } from '~/format/text';
import { formatCount, formatRate, formatShort, none } from '~/format/number';
import { useRange } from '~/url/range-context';
import { useLink, useUrlState } from '~/url/state';
import { sortProblem, useReportedProblems } from '~/url/link-problems';
import { ButtonLink } from '~/ui/button';
import { DataTable, type Column, type Sort } from '~/ui/data-table';
import { ExportMenu } from '~/ui/export-menu';
import { Panel } from '~/ui/panel';
import { EmptyState } from '~/ui/state';
import { dimensions, maxExact, whereOf, type Dimension } from './dimensions';
import { changeOfCount, changeOfDuration, changeOfFailures, type Change } from '~/domain/change';
import { p95ByName, type Runs } from '~/domain/runs';
import { failedStatuses } from '~/domain/status';
import type { PreviousPeriod } from '~/periods/use-previous';
import styles from './analytics.module.css';

interface Row extends Runs {
  before: Runs | undefined;
  /** Undefined if it is unknown. */
  p95: number | null | undefined;
  p95Before: number | null | undefined;
  perHour: number;
  /** The addresses of the lists of its runs, and of those that failed; undefined if there is no such list. */
  runsHref: string | undefined;
  failedHref: string | undefined;
}

interface ComparisonProps {
  dimension: Dimension;
  name: string | undefined;
  rows: readonly Runs[];
  /** Undefined where there is nothing to compare with. */
  before: readonly Runs[] | undefined;
  period: PreviousPeriod;
}

const shareOf = ({ failed, runs }: Runs) => (runs === 0 ? 0 : failed / runs);

/** Of the p95, or of the average where only that is known. */
function slowerBy({ p95, p95Before, averageMs, runs, before }: Row): Change | undefined {
  if (!before) return undefined;
  return p95 === undefined || p95Before === undefined
    ? changeOfDuration(averageMs, before.averageMs, runs, before.runs)
    : changeOfDuration(p95, p95Before, runs, before.runs);
}

const sortValues: Record<string, (row: Row) => number> = {
  runs: ({ runs }) => runs,
  rate: ({ perHour }) => perHour,
  failed: shareOf,
  average: ({ averageMs }) => averageMs ?? -1,
  p95: ({ p95 }) => p95 ?? -1,
  slower: (row) => slowerBy(row)?.factor ?? -1,
};

/** Each name beside its figures of the previous period. */
export function Comparison({ dimension, name, rows, before, period }: ComparisonProps) {
  const { where, resolved, now } = useRange();
  const url = useUrlState();
  const link = useLink();
  const { spread } = dimensions[dimension];
  const isExact = (all: readonly Runs[] = []) => all.reduce((sum, { runs }) => sum + runs, 0) <= maxExact;
  const durations = useGraphql(spread, { where: whereOf(dimension, undefined, where) }, { enabled: isExact(rows) });
  const earlier = useGraphql(spread, { where: whereOf(dimension, undefined, period.where) }, { enabled: before !== undefined && isExact(before) });
  const sort = sortOf(url.get('sort'));
  useReportedProblems([sortProblem(url.get('sort'), Object.keys(sortValues))]);
  const hours = (Math.min(resolved.to, now) - resolved.from) / 3_600_000;
  const percentiles = isExact(rows) ? durations.data : undefined;
  const percentilesBefore = before && isExact(before) && !earlier.isPlaceholderData ? earlier.data : undefined;
  const shown = useMemo(() => {
    const p95 = percentiles && p95ByName(percentiles.spread.group_by);
    const p95Before = percentilesBefore && p95ByName(percentilesBefore.spread.group_by);
    const byName = new Map(before?.map((row) => [row.name, row]));
    const all = rows.map((row): Row => ({
      ...row, before: before && (byName.get(row.name) ?? noRuns), p95: p95?.get(row.name), p95Before: p95Before?.get(row.name), perHour: row.runs / hours,
      runsHref: listOf(dimension, row.name, link), failedHref: listOf(dimension, row.name, link, failedFilters[dimension]),
    }));
    const valueOf = sortValues[sort.column]!;
    return all.sort((a, b) => (sort.direction === 'asc' ? valueOf(a) - valueOf(b) : valueOf(b) - valueOf(a)));
  }, [rows, before, percentiles, percentilesBefore, hours, sort.column, sort.direction, dimension, link]);
  const { title } = dimensions[dimension];
  const long = rows.length > 11;
  const by = dimension === 'function' ? undefined : dimension;
  const list = name === undefined ? undefined : (listOf(dimension, name, link) ?? link('/invocations', { f: [filterToText({ field: 'event', operator: 'is', values: [name] })] }));
  return (
    <Panel
      flush
      title={
        <>
          {title}{' '}
          {period.covered === false ? (
            <span className="muted" title={period.why}>– not enough data before to compare with</span>
          ) : (
            <span className="muted">and how they changed from the period before</span>
          )}
        </>
      }
      aside={
        <>
          {list && <ButtonLink to={list}>{dimension === 'job' ? 'Show jobs' : 'Show invocations'}</ButtonLink>}
          <ExportMenu name={title.toLowerCase()} columns={exported} rows={() => ({ rows: shown.map(exportedRow), complete: true })} />
        </>
      }
    >
      <div className={long ? styles.long : undefined}>
        <DataTable
          fill={long}
          label={title}
          columns={columns}
          rows={shown}
          rowKey={(row) => row.name}
          rowHref={(row) => link('/analytics', { by, name: row.name })}
          rowTone={(row) => (row.name === name ? 'fresh' : undefined)}
          sort={sort}
          onSort={({ column, direction }) => url.set({ sort: direction === 'desc' ? `-${column}` : column }, { replace: true })}
          empty={<EmptyState title="No runs in this time range">Choose a longer time range above.</EmptyState>}
        />
      </div>
    </Panel>
  );
}

const noRuns: Runs = { name: '', runs: 0, failed: 0, averageMs: null };

function sortOf(text: string | undefined): Sort {
  const column = text?.replace(/^-/, '') ?? '';
  if (!Object.hasOwn(sortValues, column)) return { column: 'runs', direction: 'desc' };
  return { column, direction: text!.startsWith('-') ? 'desc' : 'asc' };
}

const failedFilters: Partial<Record<Dimension, string>> = {
  function: filterToText({ field: 'status', operator: 'is', values: failedStatuses }),
  job: filterToText({ field: 'status', operator: 'is', values: ['failed', 'crashed'] }),
};

/** Where each row is one run. Events have no list of their own. */
function listOf(dimension: Dimension, name: string, link: ReturnType<typeof useLink>, further?: string): string | undefined {
  if (dimension === 'event') return undefined;
  const filter = filterToText({ field: dimension, operator: 'is', values: [name] });
  return link(dimension === 'job' ? '/jobs' : '/invocations', { f: further === undefined ? [filter] : [filter, further] });
}

const Linked = ({ href, children }: { href: string | undefined; children: ReactNode }) => (href ? <Link to={href}>{children}</Link> : children);

function Figure({ text, change }: { text: ReactNode; change: Change | undefined }) {
  return (
    <span className={`${styles.figure} numeric`}>
      <span>{text}</span>
      <Changed change={change} />
    </span>
  );
}

const Changed = ({ change }: { change: Change | undefined }) => (
  <span className={styles.change} data-tone={change?.tone} title={change?.why}>{change?.text}</span>
);

const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', width: 180, grow: 3, cell: ({ name }) => <span className="truncate">{nameText(name)}</span> },
  {
    id: 'runs', header: 'Runs', width: 150, grow: 1, align: 'end', sortable: true,
    cell: ({ runs, before, runsHref }) => <Figure text={<Linked href={runsHref}>{formatCount(runs)}</Linked>} change={before && changeOfCount(runs, before.runs, false)} />,
  },
  {
    id: 'rate', header: 'Per hour', width: 88, align: 'end', sortable: true,
    cell: ({ perHour }) => <span className="numeric">{perHour >= 100 ? formatShort(Math.round(perHour)) : perHour.toPrecision(2)}</span>,
  },
  {
    id: 'failed', header: 'Failed', width: 176, grow: 1, align: 'end', sortable: true,
    cell: (row) => (
      <Figure
        text={
          <>
            <Linked href={row.failed > 0 ? row.failedHref : undefined}>{formatCount(row.failed)}</Linked>{' '}
            <span className="muted">{formatRate(row.failed, row.runs)}</span>
          </>
        }
        change={row.before && changeOfFailures(row, row.before)}
      />
    ),
  },
  {
    id: 'average', header: 'Average', width: 150, grow: 1, align: 'end', sortable: true,
    cell: ({ averageMs, runs, before }) => <Figure text={formatDuration(averageMs)} change={before && changeOfDuration(averageMs, before.averageMs, runs, before.runs)} />,
  },
  {
    id: 'p95', header: 'p95', width: 100, grow: 1, align: 'end', sortable: true,
    cell: ({ p95 }) => (
      <span className="numeric" title={p95 === undefined ? 'Known where no more than 20,000 ran' : undefined}>
        {p95 === undefined ? none : formatDuration(p95)}
      </span>
    ),
  },
  {
    id: 'slower', header: 'Slower', width: 110, grow: 1, align: 'end', sortable: true,
    cell: (row) => (
      <span className="numeric" title={`Of the ${row.p95 === undefined || row.p95Before === undefined ? 'average' : 'p95'}, from the period before`}>
        <Changed change={slowerBy(row)} />
      </span>
    ),
  },
];

const exported = ['name', 'runs', 'runs_before', 'failed', 'failed_before', 'avg_ms', 'avg_ms_before', 'p95_ms', 'p95_ms_before', 'per_hour'];

const exportedRow = ({ name, runs, failed, averageMs, p95, p95Before, perHour, before }: Row) => ({
  name, runs, runs_before: before?.runs, failed, failed_before: before?.failed, avg_ms: averageMs, avg_ms_before: before?.averageMs,
  p95_ms: p95, p95_ms_before: p95Before, per_hour: perHour,
});
