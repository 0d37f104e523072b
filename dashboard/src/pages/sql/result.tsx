import type { UseMutationResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ApiError } from '~/api/error';
import type { Json } from '~/api/json';
import { formatDuration } from '~/format/duration';
import { formatCount } from '~/format/number';
import { plural } from '~/format/text';
import { DataTable, type Column } from '~/ui/data-table';
import { ExportMenu } from '~/ui/export-menu';
import { Panel } from '~/ui/panel';
import { EmptyState, ErrorPanel, Skeleton } from '~/ui/state';
import { CopyButton } from '~/ui/values';
import { asObjects, uniqueNames, type SqlAnswer } from './ask';
import styles from './sql.module.css';

export function Result({ answer }: { answer: UseMutationResult<SqlAnswer, ApiError, string> }) {
  if (answer.isPending) return <Skeleton height={160} />;
  if (answer.error) return <Refused error={answer.error} onRetry={() => answer.mutate(answer.variables!)} />;
  if (!answer.data) return <EmptyState title="Run a statement to see its rows here" />;
  return <Rows answer={answer.data} />;
}

/** What is wrong with a statement is told in the database's words, which name the place. */
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

function Rows({ answer }: { answer: SqlAnswer }) {
  const rows = useMemo(() => answer.rows.map((values, number): NumberedRow => ({ number, values })), [answer]);
  const columns = useMemo(() => columnsOf(answer), [answer]);
  const { truncated, duration_ms } = answer;
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
      aside={<ExportMenu name="query" columns={uniqueNames(answer.columns)} rows={() => asObjects(answer)} />}
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

/** As wide as what the first rows hold, within reason. */
function columnsOf({ columns, rows }: SqlAnswer): Column<NumberedRow>[] {
  return uniqueNames(columns).map((name, index) => {
    const seen = rows.slice(0, 50).map((row) => row[index] ?? null);
    const longest = Math.max(name.length, ...seen.map((value) => textOf(value).length));
    return {
      id: name,
      header: <span className="truncate" title={name}>{name}</span>,
      width: Math.min(420, Math.max(64, longest * charWidth + 24)),
      grow: longest,
      align: seen.some((value) => typeof value === 'number') ? 'end' : 'start',
      cell: ({ values }) => <Value value={values[index] ?? null} />,
    };
  });
}

const textOf = (value: Json) =>
  value === null ? 'null' : typeof value === 'object' ? JSON.stringify(value) : String(value);

function Value({ value }: { value: Json }) {
  if (value === null) return <span className={styles.null}>null</span>;
  const text = textOf(value);
  return <span className={`truncate numeric ${typeof value === 'object' ? 'mono' : ''}`} title={text}>{text}</span>;
}
