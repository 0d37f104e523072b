import { useMemo } from 'react';
import { useGraphql } from '~/api/query';
import type { Where } from '~/api/where';
import { formatDuration } from '~/format/duration';
import { formatTime } from '~/format/time';
import { useLink, useUrlState } from '~/url/state';
import { ButtonLink } from '~/ui/button';
import { DataTable, type Column } from '~/ui/data-table';
import { Select } from '~/ui/field';
import { EmptyState, QueryView } from '~/ui/state';
import { StatusBadge } from '~/ui/status';
import { Changes } from './changes';
import { pairsOf, type Pair, type Step } from './compare';
import { InvocationDetailDocument, SimilarRunsDocument, type SimilarRunsQuery } from './invocation.generated';
import { runOf, type Invocation, type Run } from './model';
import { rowChangeOf } from './row-change';
import styles from './invocation.module.css';
import look from './compare.module.css';

type Similar = SimilarRunsQuery['invocations'][number];

/** Runs of the same function for the same kind of change. */
function similarWhere({ id, source_function, source_table, source_operation }: Invocation): Where {
  const is = (column: string, value: string | null) => ({ [column]: value === null ? { _is_null: true } : { _eq: value } });
  return {
    _and: [is('source_function', source_function), is('source_table', source_table), is('source_operation', source_operation), { id: { _neq: id } }],
  };
}

/** This run beside a similar one: what took longer, and how the payloads differ. */
export function Compare({ run }: { run: Run }) {
  const url = useUrlState();
  const query = useGraphql(SimilarRunsDocument, { where: similarWhere(run.invocation) });
  return (
    <QueryView query={query} what="Runs of the same kind">
      {({ invocations }) => {
        const chosen = url.get('with') ?? usual(invocations);
        if (!chosen) {
          return (
            <div className={styles.box}>
              <EmptyState title="No other run of this kind">Runs of the same function for the same operation on the same table can be compared.</EmptyState>
            </div>
          );
        }
        return (
          <>
            <Choice similar={invocations} chosen={chosen} onChoose={(id) => url.set({ with: id }, { replace: true })} />
            <Other key={chosen} run={run} id={chosen} />
          </>
        );
      }}
    </QueryView>
  );
}

/** Compares with the latest one that succeeded. */
const usual = (similar: readonly Similar[]) => (similar.find(({ status }) => status === 'completed') ?? similar[0])?.id;

const describe = ({ created_at, status, total_duration_ms, total_jobs_failed }: Similar) =>
  `${formatTime(created_at, { ms: false })} · ${status} · ${formatDuration(total_duration_ms)}${total_jobs_failed > 0 ? ` · ${total_jobs_failed} failed` : ''}`;

function Choice({ similar, chosen, onChoose }: { similar: readonly Similar[]; chosen: string; onChoose: (id: string) => void }) {
  const link = useLink();
  return (
    <div className={styles.chainHead}>
      <label className={look.choice}>
        <span>Compare with</span>
        <Select value={chosen} onChange={(event) => onChoose(event.target.value)}>
          {!similar.some(({ id }) => id === chosen) && <option value={chosen}>{chosen}</option>}
          {similar.map((one) => (
            <option key={one.id} value={one.id}>
              {describe(one)}
            </option>
          ))}
        </Select>
      </label>
      <ButtonLink to={link(`/invocations/${chosen}`)}>Open the other run</ButtonLink>
    </div>
  );
}

function Other({ run, id }: { run: Run; id: string }) {
  const query = useGraphql(InvocationDetailDocument, { id });
  return (
    <QueryView query={query} what="The other run">
      {({ invocations_by_pk: other }) =>
        other ? <Side here={run} there={runOf(other)} /> : <EmptyState title="The other run is not in this database" />
      }
    </QueryView>
  );
}

function Side({ here, there }: { here: Run; there: Run }) {
  const pairs = useMemo(() => pairsOf(here, there), [here, there]);
  const columns = useMemo(() => columnsFor(pairs), [pairs]);
  const payloads = [here, there].map(({ invocation: { source_event_payload: payload } }) => rowChangeOf(payload)?.after ?? payload);
  return (
    <div className={look.sides}>
      <div className={`${styles.box} ${look.steps}`}>
        <DataTable fill label="Steps of both runs" columns={columns} rows={pairs} rowKey={({ key }) => key} />
      </div>
      <div className={styles.box}>
        <div className={styles.bar}>
          <h3>Payload</h3>
        </div>
        <div className={styles.document}>
          <Changes before={payloads[1] ?? null} after={payloads[0] ?? null} names={['Other run', 'This run']} />
        </div>
      </div>
    </div>
  );
}

function columnsFor(pairs: readonly Pair[]): Column<Pair>[] {
  const longest = Math.max(1, ...pairs.map(({ here, there }) => Math.max(here?.ms ?? 0, there?.ms ?? 0)));
  return [
    { id: 'step', header: 'Step', width: 180, grow: 1, cell: ({ kind, label }) => <span className={look[kind]}>{label}</span> },
    { id: 'here', header: 'This run', width: 190, grow: 1, cell: ({ here }) => <StepView step={here} longest={longest} /> },
    { id: 'there', header: 'Other run', width: 190, grow: 1, cell: ({ there }) => <StepView step={there} longest={longest} other /> },
    { id: 'difference', header: 'Difference', width: 110, align: 'end', cell: ({ here, there }) => <Difference here={here} there={there} /> },
  ];
}

function StepView({ step, longest, other = false }: { step: Step | undefined; longest: number; other?: boolean }) {
  if (!step) return <span className="muted">did not run</span>;
  return (
    <span className={look.step}>
      <span className={look.bar} data-other={other || undefined} style={{ width: `${((step.ms ?? 0) / longest) * 100}%` }} />
      <span className="numeric">{formatDuration(step.ms)}</span>
      {step.status !== 'completed' && <StatusBadge status={step.status} />}
    </span>
  );
}

/** Highlights what took 50% and 20 ms longer, or more. */
function Difference({ here, there }: { here: Step | undefined; there: Step | undefined }) {
  if (here?.ms == null || there?.ms == null) return <span className="muted">–</span>;
  const by = here.ms - there.ms;
  const notable = Math.abs(by) >= 20 && Math.abs(by) > 0.5 * Math.min(here.ms, there.ms);
  return (
    <span className={`${look.difference} numeric`} data-tone={notable ? (by > 0 ? 'slower' : 'faster') : undefined}>
      {by === 0 ? 'same' : `${by > 0 ? '+' : '−'}${formatDuration(Math.abs(by))}`}
    </span>
  );
}
