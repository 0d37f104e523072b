import { useCallback, useMemo } from 'react';
import { useParams } from 'react-router';
import { useShortcut } from '~/shortcuts/shortcuts';
import type { LiveState } from '~/api/live';
import { useSees } from '~/api/role-schema';
import { isUuid } from '~/filters/compile';
import { formatCount } from '~/format/number';
import { useUrlState } from '~/url/state';
import { choiceProblem, useReportedProblems } from '~/url/link-problems';
import { ButtonLink } from '~/ui/button';
import { PageHeader } from '~/ui/panel';
import { EmptyState, QueryView, Skeleton } from '~/ui/state';
import { Tabs, type Tab } from '~/ui/tabs';
import { useNow } from '~/clock/use-now';
import { Chain } from './chain';
import { Compare } from './compare-view';
import { Context } from './context';
import { Flow } from './flow';
import { graphOf } from './graph';
import { InvocationHeader } from './header';
import { Inspector } from './inspector';
import { JobTable } from './job-table';
import { useInvocation } from './live';
import { InvocationLogs } from './logs';
import { problemsOf, runOf, selectionFrom, selectionText, type Invocation, type Run, type Selection } from './model';
import { Payload } from './payload';
import { Problems } from './problems';
import { Raw } from './raw';
import { RunWaterfall } from './run-waterfall';
import styles from './invocation.module.css';

const tabNames = ['flow', 'waterfall', 'jobs', 'logs', 'payload', 'context', 'chain', 'compare', 'raw'] as const;
type TabName = (typeof tabNames)[number];

export default function InvocationPage() {
  const { id = '' } = useParams();
  if (!isUuid(id)) return <Missing>{id} is not an invocation id. Ids look like 01a204aa-c9e3-7eeb-b928-8d31ce4d2266.</Missing>;
  return <Loaded id={id} />;
}

function Loaded({ id }: { id: string }) {
  const { query, running, live } = useInvocation(id);
  return (
    <QueryView query={query} what="Invocation" loading={<Loading />}>
      {({ invocations_by_pk: invocation }) =>
        invocation ? (
          <View invocation={invocation} running={running} live={live} />
        ) : (
          <Missing>This database has no invocation {id}. It may have been deleted as old, or not have arrived yet.</Missing>
        )
      }
    </QueryView>
  );
}

function View({ invocation, running, live }: { invocation: Invocation; running: boolean; live: LiveState }) {
  const url = useUrlState();
  const now = useNow(running);
  const run = useMemo(() => runOf(invocation), [invocation]);
  const graph = useMemo(() => graphOf(run), [run]);
  const problems = useMemo(() => problemsOf(run), [run]);
  const tabs = useTabNames();
  const tab: TabName = tabs.find((name) => name === url.get('tab')) ?? 'flow';
  const selected = url.get('sel');
  const selection = selectionFrom(selected);
  useReportedProblems([
    choiceProblem('tab', url.get('tab'), tabs),
    selected && !selection ? { parameter: 'sel', text: selected, why: 'it names no event or job' } : undefined,
  ]);

  const { set } = url;
  const show = useCallback((next: TabName) => set({ tab: next === 'flow' ? null : next, q: null, sort: null }), [set]);
  const select = useCallback((next: Selection | undefined) => set({ sel: next && selectionText(next) }, { replace: true }), [set]);
  useShortcut('Escape', 'Close the selection', 'Invocation', () => select(undefined));

  return (
    <>
      <InvocationHeader run={run} running={running} live={live} now={now} />
      {problems.length > 0 && <Problems problems={problems} onSelect={select} />}
      <div className={styles.split} data-selected={selection !== undefined || undefined}>
        <div className={styles.views}>
          <Tabs label="Views of the invocation" value={tab} tabs={tabsOf(run, tabs)} onChange={show}>
            {tab === 'flow' && <Flow graph={graph} selection={selection} onSelect={select} />}
            {tab === 'waterfall' && <RunWaterfall run={run} now={now} selection={selection} onSelect={select} />}
            {tab === 'jobs' && <JobTable run={run} />}
            {tab === 'logs' && <InvocationLogs run={run} running={running} />}
            {tab === 'payload' && <Payload invocation={invocation} />}
            {tab === 'context' && <Context invocation={invocation} />}
            {tab === 'chain' && <Chain invocation={invocation} />}
            {tab === 'compare' && <Compare run={run} />}
            {tab === 'raw' && <Raw invocation={invocation} />}
          </Tabs>
        </div>
        {selection && <Inspector run={run} graph={graph} now={now} selection={selection} onSelect={select} />}
      </div>
      {tabs.map((name) => (
        <TabShortcut key={name} digit={tabNames.indexOf(name) + 1} name={name} onShow={show} />
      ))}
    </>
  );
}

/** Those that have something to show to this role. */
function useTabNames(): readonly TabName[] {
  const payload = useSees('invocations', 'source_event_payload');
  const context = useSees('invocations', 'context_data');
  return useMemo(() => tabNames.filter((name) => (name !== 'payload' || payload) && (name !== 'context' || context)), [payload, context]);
}

const labels: Record<TabName, string> = {
  flow: 'Flow',
  waterfall: 'Waterfall',
  jobs: 'Jobs',
  logs: 'Logs',
  payload: 'Payload',
  context: 'Context',
  chain: 'Chain',
  compare: 'Compare',
  raw: 'Raw',
};

function tabsOf({ jobs }: Run, names: readonly TabName[]): Tab<TabName>[] {
  return names.map((value) => ({ value, label: labels[value], count: value === 'jobs' ? formatCount(jobs.length) : undefined }));
}

function TabShortcut({ digit, name, onShow }: { digit: number; name: TabName; onShow: (name: TabName) => void }) {
  useShortcut(String(digit), labels[name], 'Invocation', () => onShow(name));
  return null;
}

function Missing({ children }: { children: React.ReactNode }) {
  return (
    <>
      <PageHeader title="Invocation" />
      <EmptyState title="Invocation not found" action={<ButtonLink to="/invocations">All invocations</ButtonLink>}>
        {children}
      </EmptyState>
    </>
  );
}

function Loading() {
  return (
    <div className={styles.loading}>
      <Skeleton width={320} height={24} />
      <Skeleton height={72} />
      <Skeleton height={420} />
    </div>
  );
}
