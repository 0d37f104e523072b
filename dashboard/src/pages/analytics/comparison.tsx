import { useMemo } from 'react';
import { useGraphql } from '~/api/query';
import { filterToText } from '~/filters/fields';
import { formatDuration } from '~/format/duration';
import { formatCount, formatRate, none } from '~/format/number';
import { useRange } from '~/url/range-context';
import { useLink, useUrlState } from '~/url/state';
import { sortProblem, useReportedProblems } from '~/url/link-problems';
import { ButtonLink } from '~/ui/button';
import { DataTable, type Column, type Sort } from '~/ui/data-table';
import { ExportMenu } from '~/ui/export-menu';
import { Panel } from '~/ui/panel';
import { EmptyState } from '~/ui/state';
import { dimensions, maxExact, whereOf, type Dimension } from './dimensions';
import { changeOf, p95ByName, type Runs } from '~/domain/runs';
import styles from './analytics.module.css';

interface Row extends Runs {
  before: Runs | undefined;
  /** Undefined if it is unknown. */
  p95: number | null | undefined;
}

interface ComparisonProps {
  dimension: Dimension;
  name: string | undefined;
  rows: readonly Runs[];
  before: readonly Runs[] | undefined;
}

const shareOf = ({ failed, runs }: Runs) => (runs === 0 ? 0 : failed / runs);

const sortValues: Record<string, (row: Row) => number> = {
  runs: ({ runs }) => runs,
  failed: shareOf,
  average: ({ averageMs }) => averageMs ?? -1,
  p95: ({ p95 }) => p95 ?? -1,
};

/** Each name beside its figures of the previous period. */
export function Comparison({ dimension, name, rows, before: earlier }: ComparisonProps) {
  // If nothing ran before, there is nothing to compare with.
  const before = earlier && earlier.length > 0 ? earlier : undefined;
  const { where } = useRange();
  const url = useUrlState();
  const link = useLink();
  const total = rows.reduce((sum, { runs }) => sum + runs, 0);
  const spread = useGraphql(dimensions[dimension].spread, { where: whereOf(dimension, undefined, where) }, { enabled: total <= maxExact });
  const sort = sortOf(url.get('sort'));
  useReportedProblems([sortProblem(url.get('sort'), Object.keys(sortValues))]);
  const shown = useMemo(() => {
    const percentiles = spread.data && total <= maxExact ? p95ByName(spread.data.spread.group_by) : undefined;
    const byName = new Map(before?.map((row) => [row.name, row]));
    const all = rows.map((row): Row => ({ ...row, before: before && (byName.get(row.name) ?? noRuns), p95: percentiles?.get(row.name) }));
    const valueOf = sortValues[sort.column]!;
    return all.sort((a, b) => (sort.direction === 'asc' ? valueOf(a) - valueOf(b) : valueOf(b) - valueOf(a)));
  }, [rows, before, spread.data, total, sort.column, sort.direction]);
  const { title } = dimensions[dimension];
  const long = rows.length > 11;
  const by = dimension === 'function' ? undefined : dimension;
  const filter = name !== undefined && filterToText({ field: dimension, operator: 'is', values: [name] });
  return (
    <Panel
      flush
      title={<>{title} <span className="muted">{earlier && !before ? '– nothing ran in the period before' : 'and how they changed from the period before'}</span></>}
      aside={
        <>
          {filter && <ButtonLink to={link('/invocations', { f: [filter] })}>Show invocations</ButtonLink>}
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

function Figure({ text, change }: { text: string; change: ReturnType<typeof changeOf> }) {
  return (
    <span className={`${styles.figure} numeric`}>
      {text}
      <span className={styles.change} data-tone={change?.tone}>{change?.text}</span>
    </span>
  );
}

const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', width: 180, grow: 3, cell: ({ name }) => <span className="truncate">{name}</span> },
  {
    id: 'runs', header: 'Runs', width: 150, grow: 1, align: 'end', sortable: true,
    cell: ({ runs, before }) => <Figure text={formatCount(runs)} change={before && changeOf(runs, before.runs, false)} />,
  },
  {
    id: 'failed', header: 'Failed', width: 150, grow: 1, align: 'end', sortable: true,
    cell: (row) => (
      <Figure
        text={formatRate(row.failed, row.runs)}
        change={row.before && row.before.runs > 0 ? changeOf(shareOf(row), shareOf(row.before), true) : undefined}
      />
    ),
  },
  {
    id: 'average', header: 'Average', width: 150, grow: 1, align: 'end', sortable: true,
    cell: ({ averageMs, before }) => <Figure text={formatDuration(averageMs)} change={before && changeOf(averageMs, before.averageMs, true)} />,
  },
  {
    id: 'p95', header: 'p95', width: 100, grow: 1, align: 'end', sortable: true,
    cell: ({ p95 }) => (
      <span className="numeric" title={p95 === undefined ? 'Known where no more than 20,000 ran' : undefined}>
        {p95 === undefined ? none : formatDuration(p95)}
      </span>
    ),
  },
];

const exported = ['name', 'runs', 'runs_before', 'failed', 'failed_before', 'avg_ms', 'avg_ms_before', 'p95_ms'];

const exportedRow = ({ name, runs, failed, averageMs, p95, before }: Row) => ({
  name, runs, runs_before: before?.runs, failed, failed_before: before?.failed, avg_ms: averageMs, avg_ms_before: before?.averageMs, p95_ms: p95,
});
