import { ListFilter, Radio } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { nameText } from '~/format/text';
import type { LiveState } from '~/api/live';
import { filterToText } from '~/filters/fields';
import { formatDuration } from '~/format/duration';
import { formatCount } from '~/format/number';
import { toPreciseMs } from '~/format/time';
import { useLink } from '~/url/state';
import { ButtonLink } from '~/ui/button';
import { PageHeader } from '~/ui/panel';
import { StatusBadge } from '~/ui/status';
import { Duration, Id, Time } from '~/ui/values';
import type { Run } from './model';
import styles from './header.module.css';

/** The main facts of an invocation. */
export function InvocationHeader({ run, running, live, now }: { run: Run; running: boolean; live: LiveState; now: number }) {
  const { invocation } = run;
  const link = useLink();
  const same = { f: [filterToText({ field: 'function', operator: 'is', values: [invocation.source_function] })] };
  return (
    <>
      <PageHeader
        title={
          <span className={styles.title}>
            <span className={styles.name}>{nameText(invocation.source_function)}</span>
            <StatusBadge status={invocation.status} />
            {running && <LiveNote live={live} />}
          </span>
        }
      >
 <span className={styles.id}>
          <Id id={invocation.id} />
        </span>
        <ButtonLink look="quiet" to={link('/invocations', same)}>
          <ListFilter aria-hidden="true" /> All of this function
        </ButtonLink>
      </PageHeader>
      <dl className={styles.facts}>
        <Facts run={run} now={now} />
      </dl>
    </>
  );
}

function LiveNote({ live }: { live: LiveState }) {
  const text = live === 'live' ? 'Live' : live === 'polling' ? 'Live, by polling' : 'Connecting…';
  return (
    <span className={styles.live} role="status" data-on={live === 'live' || live === 'polling' || undefined}>
      <Radio aria-hidden="true" /> {text}
    </span>
  );
}

function Facts({ run: { invocation, detected, undetected, jobs }, now }: { run: Run; now: number }) {
  const link = useLink();
  const { source_job_execution: parent, source_event_time, created_at, correlation_id, source_user_email, source_user_role } = invocation;
  const change = [invocation.source_operation, invocation.source_table].filter(Boolean).join(' ');
  const waited = source_event_time ? toPreciseMs(created_at) - toPreciseMs(source_event_time) : undefined;
  const elapsed = now - toPreciseMs(created_at);
  const ended = invocation.completed_at !== null;
  const failed = jobs.filter(({ status }) => status === 'failed' || status === 'crashed').length;

  return (
    <>
      <Fact label="Started">
        <Time at={created_at} />
      </Fact>
      <Fact label="Duration">
        {ended ? <Duration ms={invocation.total_duration_ms} /> : <span className="numeric">{formatDuration(Math.round(Math.max(0, elapsed)))}…</span>}
      </Fact>
      {waited !== undefined && waited >= 0 && (
        <Fact label="Delay before start">
          <Duration ms={Math.round(waited * 1000) / 1000} />
        </Fact>
      )}
      {(change || invocation.source_system) && <Fact label="Source">{change || invocation.source_system}</Fact>}
      <Fact label="Events">
        {formatCount(detected.length)} <span className="muted">of {formatCount(detected.length + undetected.length)} detected</span>
      </Fact>
      <Fact label="Jobs">
        {formatCount(jobs.length)}
        {failed > 0 && <span className={styles.failed}> {formatCount(failed)} failed</span>}
      </Fact>
      {(source_user_email ?? source_user_role) && (
        <Fact label="User">
          {source_user_email} {source_user_role && <span className="muted">{source_user_role}</span>}
        </Fact>
      )}
      {(parent ?? invocation.source_job_id) && (
        <Fact label="Triggered by">
          {parent ? (
            <Link to={link(`/invocations/${parent.invocation_id}`, { sel: `job-${parent.id}` })}>
              {nameText(parent.job_name)} <span className="muted">in {parent.invocation?.source_function ?? 'another invocation'}</span>
            </Link>
          ) : (
            <>
              a job that is not stored here <Id id={invocation.source_job_id} />
            </>
          )}
        </Fact>
      )}
      {correlation_id && (
        <Fact label="Correlation">
          <Id id={correlation_id} />
          <Link to={link(`/invocations/${invocation.id}`, { tab: 'chain' })}>Chain</Link>
        </Fact>
      )}
    </>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
