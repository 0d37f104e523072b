import type { UseMutationResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ApiError } from '~/api/error';
import { isContainer, isNumber, jsonText, type Json } from '~/api/json';
import { formatDuration } from '~/format/duration';
import { formatCount } from '~/format/number';
import { plural } from '~/format/text';
import { DataTable, type Column } from '~/ui/data-table';
import { ExportMenu } from '~/ui/export-menu';
import { Panel } from '~/ui/panel';
import { EmptyState, ErrorPanel, Skeleton } from '~/ui/state';
import { CopyButton } from '~/ui/values';
import { asObjects, uniqueNames, type SqlResult } from './run-sql';
import styles from './sql.module.css';

export function Result({ result }: { result: UseMutationResult<SqlResult, ApiError, string> }) {
  if (result.isPending) return <Skeleton height={160} />;
  if (result.error) return <Refused error={result.error} onRetry={() => result.mutate(result.variables!)} />;
  if (!result.data) return <EmptyState title="Run a statement to see its rows here" />;
  return <Rows result={result.data} />;
}

/** The database's own message names the place of the error. */
function Refused({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  if (error.kind !== 'data') return <ErrorPanel error={error} onRetry={onRetry} />;
  return (
    <div className={styles.refused} role="alert">
      <p className={styles.title}>The statement did not run</p>
      <pre>{error.message}</pre>
      <CopyButton text={error.message} label="Copy the error" />
    </div>
  );
}

interface NumberedRow {
  number: number;
  values: Json[];
}

function Rows({ result }: { result: SqlResult }) {
  const rows = useMemo(() => result.rows.map((values, number): NumberedRow => ({ number, values })), [result]);
  const columns = useMemo(() => columnsOf(result), [result]);
  const { truncated, duration_ms } = result;
  const long = rows.length > 12;
  return (
    <Panel
      className={long ? styles.result : undefined}
      flush
      title={
        <>
          {truncated ? 'The first ' : ''}
          {formatCount(rows.length)} {plural(rows.length, 'row')}{' '}
          <span className="muted">in {formatDuration(duration_ms)}{truncated && '; there are more'}</span>
        </>
      }
      aside={<ExportMenu name="query" columns={uniqueNames(result.columns)} rows={() => ({ rows: asObjects(result), complete: !truncated })} />}
    >
      <DataTable
        fill={long}
        label="Result"
        columns={columns}
        rows={rows}
        rowKey={({ number }) => String(number)}
        empty={<EmptyState title="The statement ran and found no rows" />}
      />
    </Panel>
  );
}

const charWidth = 7.6;

/** As wide as the values of the first rows, within limits. */
function columnsOf({ columns, rows }: SqlResult): Column<NumberedRow>[] {
  return uniqueNames(columns).map((name, index) => {
    const seen = rows.slice(0, 50).map((row) => row[index] ?? null);
    const longest = Math.max(name.length, ...seen.map((value) => textOf(value).length));
    return {
      id: name,
      header: <span className="truncate" title={name}>{name}</span>,
      width: Math.min(420, Math.max(64, longest * charWidth + 24)),
      grow: longest,
      align: seen.some(isNumber) ? 'end' : 'start',
      cell: ({ values }) => <Value value={values[index] ?? null} />,
    };
  });
}

const textOf = (value: Json) =>
  isContainer(value) ? jsonText(value) : String(value);

function Value({ value }: { value: Json }) {
  if (value === null) return <span className={styles.null}>null</span>;
  const text = textOf(value);
  return <span className={`truncate numeric ${isContainer(value) ? 'mono' : ''}`} title={text}>{text}</span>;
}
